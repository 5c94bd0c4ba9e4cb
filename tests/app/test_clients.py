import pytest

from cytovox.app.clients import UploadRate
from cytovox.app.problems import ApiProblem
from cytovox.app.settings import Settings


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("cytovox.app.buckets.time.monotonic", lambda: now[0])
    return now


def refused(rate: UploadRate, client: str) -> ApiProblem:
    with pytest.raises(ApiProblem) as problem:
        rate.take(client)
    return problem.value


def test_a_client_may_upload_a_minutes_worth_at_once_and_then_steadily(clock: list[float]) -> None:
    rate = UploadRate(6)
    for _ in range(6):
        rate.take("a")
    problem = refused(rate, "a")
    assert (problem.status_code, problem.code) == (429, "too_many_uploads")
    assert problem.headers == {"retry-after": "10"}
    rate.take("b")
    clock[0] += 10
    rate.take("a")
    refused(rate, "a")
    clock[0] += 3600
    for _ in range(6):
        rate.take("a")
    refused(rate, "a")


def test_clients_are_forgotten_in_the_order_of_their_silence(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cytovox.app.buckets.MOST_KEYS", 2)
    rate = UploadRate(1)
    for client in ("a", "b", "c"):
        rate.take(client)
    refused(rate, "c")
    refused(rate, "b")
    rate.take("a")


def test_the_answer_says_when_to_come_again(serve, analysis, png: bytes) -> None:
    with serve(Settings(uploads_per_minute=1), analysis) as client:
        assert client.upload(png).status_code == 202
        answer = client.upload(png)
        assert answer.status_code == 429
        assert answer.json()["error"]["code"] == "too_many_uploads"
        assert 0 < int(answer.headers["retry-after"]) <= 60
        assert client.post("/api/cases/sample").status_code == 429
