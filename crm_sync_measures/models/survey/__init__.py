"""Survey programs, invitations and what customers answer.

May read core, activity, loyalty and feedback by their public methods and marks; none of them knows this room.
"""

