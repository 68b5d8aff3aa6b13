"""Thresholds of the exploit radar: from when on a pattern of points is worth a look.

They are chosen so that a year of a good customer (orders, some returns, rewards, a goodwill credit) shows
nothing.
"""

#: How far back the radar looks, in days.
WINDOW_DAYS = 90
#: Orders that earned, were taken back, and between the two of which points were spent. Once is an accident.
LOOPS = 2
#: Which share of an order's points must be taken back for it to count as returned.
RETURNED_SHARE = 0.5
#: A credit is a windfall from so many times the program's median on.
WINDFALL_TIMES = 10
#: What is usual in a program is known from so many credits of the last year on.
MEDIAN_FROM = 20
MEDIAN_DAYS = 365
#: Credits by hand to customers of one's own: more, in sum, than so many usual credits ...
OWN_CUSTOMER_TIMES = 10
#: ... or than so many points where it is not known what is usual.
OWN_CUSTOMER_POINTS = 1000
#: Times that more points were taken from a card than were there.
ARREARS = 2
#: Credits by hand of one person in one program.
BY_HAND = 20
