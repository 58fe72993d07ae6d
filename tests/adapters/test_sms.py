import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from charity.adapters import sms
from charity.adapters.delivery import DeliveryFailed


@pytest.fixture
def gateway():
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, self.headers["Authorization"], body))
            self.send_response(int(self.path.rpartition("/")[2]))
            self.end_headers()

        def log_message(self, format, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, seen
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_gateway_gets_number_text_and_token(gateway):
    port, seen = gateway
    sms.open_sms(f"http://s%2Fecret@127.0.0.1:{port}/sms/200").send("+8613800000000", "ignored", "验证码 123456")
    assert seen == [("/sms/200", "Bearer s/ecret", {"to": "+8613800000000", "text": "验证码 123456"})]


@pytest.mark.parametrize(("status", "permanent"), [(422, True), (400, True), (401, False), (429, False), (503, False)])
def test_refusals_say_whether_to_try_again(gateway, status, permanent):
    port, _ = gateway
    with pytest.raises(DeliveryFailed) as caught:
        sms.open_sms(f"http://t@127.0.0.1:{port}/{status}").send("13800000000", "", "x")
    assert (caught.value.code, caught.value.permanent) == ("sms-refused", permanent)


def test_a_dead_gateway_is_a_failed_delivery():
    with pytest.raises(DeliveryFailed, match="sms-gateway-unreachable"):
        sms.open_sms("http://t@127.0.0.1:9/").send("13800000000", "", "x")


@pytest.mark.parametrize("url", ["null:", "file:///tmp/never-written", "https://t@gateway.invalid/"])
@pytest.mark.parametrize("number", ["", "12", "a@example.org", "138 0000 0000", "13800000000\n1", "+" + "1" * 20])
def test_what_is_no_number_is_refused(url, number):
    with pytest.raises(DeliveryFailed, match="sms-number-malformed"):
        sms.open_sms(url).send(number, "", "x")


def test_the_twins_write_down(tmp_path: Path):
    null = sms.open_sms("null:")
    assert isinstance(null, sms.NullSms)
    null.send("13800000000", "s", "b")
    assert null.sent[0].to == "13800000000"
    sms.open_sms(f"file://{tmp_path}/sms").send("13800000000", "题", "文")
    [file] = (tmp_path / "sms").glob("*.json")
    assert json.loads(file.read_text("utf-8")) == {"to": "13800000000", "subject": "题", "body": "文"}


def test_an_unwritable_folder_is_a_failed_delivery(tmp_path: Path):
    (tmp_path / "sms").write_text("a file stands in the way")
    with pytest.raises(DeliveryFailed, match="folder-not-writable"):
        sms.open_sms(f"file://{tmp_path}/sms").send("13800000000", "", "x")


@pytest.mark.parametrize("url", ["", "http://t@example.org/", "https://example.org/", "file:", "smtp://t@example.org"])
def test_bad_urls_are_refused(url):
    with pytest.raises(ValueError, match="SMS_URL"):
        sms.open_sms(url)
