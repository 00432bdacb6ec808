"""Problems say what is wrong, where, and how to mend it."""

from foundation.problems import Place, Problem, ProblemError, did_you_mean


def test_a_problem_names_file_line_message_and_remedy() -> None:
    problem = Problem(Place("topology.yaml", 12), 'unknown key "adress".', 'Did you mean "address"?')
    assert str(problem) == 'topology.yaml:12: unknown key "adress". Did you mean "address"?'


def test_a_problem_without_line_or_remedy_is_still_a_sentence() -> None:
    assert str(Problem(Place("roster.yaml"), "the file does not exist.")) == "roster.yaml: the file does not exist."


def test_an_error_shows_every_problem_never_only_the_first() -> None:
    error = ProblemError(Problem(Place("f", line), "wrong.") for line in (1, 2, 3))
    assert len(error.problems) == 3
    assert str(error) == "f:1: wrong.\nf:2: wrong.\nf:3: wrong."


def test_the_nearest_known_word_is_offered() -> None:
    assert did_you_mean("adress", ["name", "address", "device"]) == 'Did you mean "address"?'


def test_nothing_is_offered_when_nothing_is_near() -> None:
    assert did_you_mean("xyz", ["name", "address"]) == ""
    assert did_you_mean("xyz", []) == ""
