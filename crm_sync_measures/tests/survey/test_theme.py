from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command

from .score_common import ScoreCase


class TestTheme(ScoreCase):
    """What comments are about, and how they are found."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Theme = cls.env["crm.sync.survey.theme"]
        cls.Theme.search([]).active = False
        cls.light, cls.door = cls.Theme.create(
            [
                {
                    "name": "Light",
                    "word_ids": [Command.create({"words": "lamp*, bulb"}), Command.create({"words": "灯"})],
                },
                {
                    "name": "Door",
                    "word_ids": [Command.create({"words": "door*, lock"}), Command.create({"words": "门锁"})],
                },
            ]
        )

    def read_again(self):
        """What the job does, set by set."""
        while ids := self.Score._comments_to_read(0, 2):
            self.Score._read_comments(ids)
        self.env.invalidate_all()

    def test_a_comment_has_its_themes_when_it_is_given_in_any_language(self):
        english = self.answer(2, "The doors stick and a lamp is out")
        chinese = self.answer(2, "展柜的门锁打不开")
        nothing = self.answer(9, "Fine")
        self.assertEqual((english.theme_ids, chinese.theme_ids), (self.light | self.door, self.door))
        self.assertFalse(nothing.theme_ids)

    def test_other_words_have_all_comments_read_again(self):
        scores = self.answer(2, "The hinge squeaks") | self.answer(2, "The bulb is out") | self.answer(2, "Doors!")
        self.door.word_ids[0].words = "hinge"
        self.read_again()
        self.assertEqual([score.theme_ids for score in scores], [self.door, self.light, self.Theme])
        self.assertFalse(self.Score._comments_to_read(0, 10))

    def test_a_theme_that_is_archived_is_no_theme(self):
        score = self.answer(2, "The bulb is out")
        self.light.active = False
        self.read_again()
        self.assertFalse(score.theme_ids)

    def test_reading_many_costs_as_many_statements_as_reading_few(self):
        def statements(count):
            ids = self.given({1: count}, comment="The lamp is out").ids
            self.light._read_again()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.Score._read_comments(ids)
            return self.cr.sql_log_count - before

        statements(1)
        self.assertEqual(statements(2), statements(60))

    def test_the_name_is_one_in_all_languages(self):
        score = self.answer(2, "Lamps")
        self.env["res.lang"]._activate_lang("zh_CN")
        self.light.with_context(lang="zh_CN").name = "灯光"
        self.assertEqual(score.theme_ids.with_context(lang="en_US").name, "Light")
        [row] = self.figures(group="theme_ids", minimum=1)
        self.assertEqual(row["group"], self.light.id)

    def test_words_are_needed_and_not_too_many(self):
        for words in (" , ", ", ".join(f"word{number}" for number in range(201))):
            with self.assertRaises(ValidationError):
                self.light.word_ids[0].words = words

    def test_managers_decide_on_themes_and_others_read_them(self):
        self.light.with_user(self.manager).word_ids[0].words = "candle"
        for user in (self.seller, self.head, self.auditor):
            self.assertEqual(self.light.with_user(user).name, "Light")
            with self.assertRaises(AccessError):
                self.light.with_user(user).word_ids[0].words = "candle"
        with self.assertRaises(AccessError):
            self.light.with_user(self.employee).read(["name"])

    def test_a_forgotten_comment_keeps_its_theme_and_is_not_read_again(self):
        score = self.answer(2, "Li Na says the lamp is out")
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.light._read_again()
        self.read_again()
        self.assertEqual((score.comment, score.theme_ids), (False, self.light))

    # ---------------------------------------------------------------- search

    def found(self, text):
        return self.Score.search([("verbatim", "ilike", text), ("id", "not in", self.known)])

    def test_comments_are_found_by_their_words_in_any_form_and_order(self):
        lamp = self.answer(2, "The lamps are flickering")
        chair = self.answer(3, "Two scratched chairs, and a lamp")
        chinese = self.answer(4, "展柜的门锁打不开")
        self.assertEqual(self.found("lamp"), lamp | chair)
        self.assertEqual(self.found("scratch lamps"), chair)
        self.assertEqual(self.found("门锁"), chinese)
        self.assertEqual(self.found("锁"), chinese, "one character is looked for as it is")
        self.assertFalse(self.found("lamp door"))
        self.assertFalse(self.found("' | & ! \\"))

    def test_comments_without_a_word_are_found_too(self):
        lamp, door = self.answer(2, "Lamps"), self.answer(3, "Doors")
        domain = [("verbatim", "not ilike", "lamp"), ("id", "in", (lamp | door).ids)]
        self.assertEqual(self.Score.search(domain), door)
