from dataclasses import replace

from tests.app.example_cases import example_case

from cytovox.app.cases import CaseState, Material
from cytovox.app.specimen_pictures import Use, material_of, used_pictures
from cytovox.app.specimen_rows import Picture


def picture(sha: str, *, reviewed: bool = False, **changes) -> Picture:
    return Picture(replace(example_case(), **{"state": CaseState.DONE, **changes}), sha, reviewed)


def test_of_the_same_bytes_the_reviewed_one_counts() -> None:
    plain, looked_at, other = picture("a"), picture("a", reviewed=True), picture("b")
    found = used_pictures([plain, looked_at, other])
    assert [used.use for used in found] == [Use.SAME_PICTURE, Use.COUNTED, Use.COUNTED]
    assert found[0].same_as == looked_at.case.id


def test_a_copy_whose_analysis_failed_takes_no_place() -> None:
    found = used_pictures([picture("a", state=CaseState.FAILED), picture("a")])
    assert [used.use for used in found] == [Use.FAILED, Use.COUNTED]


def test_running_and_queued_pictures_are_not_finished() -> None:
    found = used_pictures([picture("a", state=CaseState.RUNNING), picture("b", state=CaseState.QUEUED)])
    assert {used.use for used in found} == {Use.NOT_FINISHED}


def test_the_material_is_that_of_most_pictures_else_of_the_first() -> None:
    marrow = picture("a", material=Material.MARROW)
    assert material_of([marrow, picture("b")]) is Material.MARROW
    assert material_of([marrow, picture("b"), picture("c")]) is Material.BLOOD
    assert [used.use for used in used_pictures([marrow, picture("b")])] == [Use.COUNTED, Use.OTHER_MATERIAL]
