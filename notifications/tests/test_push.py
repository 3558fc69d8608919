from __future__ import annotations

import pytest
from http_ece import ECEException

from key2key.common import background, clock
from key2key.common.models import AuditEntry
from key2key.settings.secrets import push_keys
from notifications import services
from notifications.channels.webpush import may_reach
from notifications.models import Notification, PushDevice
from notifications.services import notify
from notifications.tests.factories import PushDeviceFactory, browser_keys
from notifications.tests.push_service import Browser, running

pytestmark = pytest.mark.django_db
DEVICES = "/api/v1/notifications/devices"
CHROME = "https://fcm.googleapis.com/fcm/send/abc-123:APA91b_x"


@pytest.fixture
def service():
    with running() as listening:
        yield listening


@pytest.fixture
def browser(service, hana):
    made = Browser(service)
    services.add_device(made.subscription, by=hana)
    return made


def ring(user, **data) -> Notification:
    notify(user=user, kind="new_message", data={"person": "Almaz", "count": 1, "link": "/chats/1", **data})
    row = Notification.objects.get(channel="push")
    return again(row)


def again(row, *, attempt: int = 1) -> Notification:
    Notification.objects.filter(pk=row.pk).update(due_at=clock.now(), attempts=attempt - 1)
    background.perform(Notification)
    row.refresh_from_db()
    return row


class TestRinging:
    def test_only_the_browser_can_read_it_and_it_is_signed_as_ours(self, hana, browser, service, settings):
        row = ring(hana)
        (delivery,) = service.received
        assert browser.read(delivery) == {
            "kind": "new_message",
            "title": "New message from Almaz",
            "body": "Open the conversation to read and answer.",
            "url": f"{settings.BASE_URL}/chats/1",
            "tag": str(row.pk),
        }
        assert b"Almaz" not in delivery.body
        claims = service.claims(delivery)
        assert (claims["sub"], claims["key"]) == (settings.PUSH_CONTACT, services.push_key())
        assert (delivery.headers["content-encoding"], delivery.headers["ttl"]) == ("aes128gcm", "86400")
        assert row.status == "sent"
        assert PushDevice.objects.get().reached_at is not None

    def test_another_browser_cannot_read_it(self, hana, browser, service):
        ring(hana)
        other = Browser(service)
        with pytest.raises(ECEException):
            other.read(service.received[0])

    def test_it_speaks_the_persons_language_and_stays_below_the_limit(self, person, service):
        user = person(language="am")
        made = Browser(service)
        services.add_device(made.subscription, by=user)
        notify(user=user, kind="deal_disputed", data={"listing": "ቪላ በቦሌ " * 20, "reason": "ምክንያት " * 2000})
        background.perform(Notification)
        (delivery,) = service.received
        assert len(delivery.body) < 4000
        assert "አለመግባባት" in made.read(delivery)["title"]

    @pytest.mark.parametrize("status", [404, 410])
    def test_a_browser_that_is_gone_is_forgotten(self, hana, browser, service, status):
        service.status = status
        row = ring(hana)
        assert (row.status, row.work_state) == ("failed", "done")
        assert not PushDevice.objects.exists()

    @pytest.mark.parametrize("status", [429, 500, 503, 403])
    def test_a_service_that_is_busy_or_knows_us_not_is_asked_again(self, hana, browser, service, status):
        service.status = status
        row = ring(hana)
        assert (row.status, row.work_state) == ("queued", "queued")
        assert PushDevice.objects.exists()
        service.status = 201
        assert again(row, attempt=2).status == "sent"

    def test_what_the_service_cannot_take_is_not_tried_again(self, hana, browser, service):
        service.status = 413
        assert ring(hana).status == "failed"
        assert PushDevice.objects.exists()

    def test_a_redirect_is_not_followed(self, hana, browser, service):
        with running() as inside:
            service.status, service.location = 307, f"{inside.address}/secret"
            row = ring(hana)
            assert inside.received == []
        assert row.status == "queued"

    def test_what_failed_does_not_tell_the_address(self, hana, service):
        made = Browser(service, path="/push/a-secret-path")
        services.add_device(made.subscription, by=hana)
        service.status, service.location = 307, f"{service.address}/push/a-secret-path"
        assert "a-secret-path" not in ring(hana).last_error

    def test_a_device_that_was_signed_off_meanwhile_is_silent(self, hana, browser, service):
        notify(user=hana, kind="new_message", data={})
        services.remove_device(by=hana, device_id=PushDevice.objects.get().pk)
        background.perform(Notification)
        assert service.received == []
        assert Notification.objects.get(channel="push").status == "failed"

    def test_after_a_rotation_of_the_secret_old_subscriptions_still_ring(
        self, hana, browser, service, settings
    ):
        public, private = push_keys("a new secret")
        old = services.push_key()
        settings.PUSH_KEYS = {public: private, **settings.PUSH_KEYS}
        ring(hana)
        assert service.claims(service.received[0])["key"] == old
        settings.PUSH_KEYS = {public: private}
        (row,) = notify(user=hana, kind="new_message", data={})
        assert again(row).status == "failed"
        assert len(service.received) == 1
        assert not PushDevice.objects.exists()


class TestDevices:
    @pytest.fixture
    def post(self, hana, sign_in):
        client = sign_in(hana)

        def posted(endpoint=CHROME, *, keys=None, **more):
            body = {"endpoint": endpoint, "keys": keys or browser_keys(), **more}
            return client.post(DEVICES, body, format="json")

        return posted

    def test_a_browser_signs_on_is_listed_and_signs_off(self, hana, post, sign_in):
        answer = post(name="Chrome on Android")
        assert answer.status_code == 201
        client = sign_in(hana)
        (shown,) = client.get(DEVICES).json()["results"]
        assert shown == answer.json()
        assert shown["name"] == "Chrome on Android"
        assert "auth" not in str(shown)
        assert client.delete(f"{DEVICES}/{shown['id']}").status_code == 204
        assert not PushDevice.objects.exists()
        assert list(AuditEntry.objects.order_by("created_at").values_list("action", flat=True)) == [
            "push_device.added",
            "push_device.removed",
        ]

    def test_the_same_browser_again_is_the_same_device_with_its_new_keys(self, post):
        first = post().json()
        keys = browser_keys()
        second = post(keys=keys)
        assert (second.status_code, second.json()["id"]) == (200, first["id"])
        assert PushDevice.objects.get().auth == keys["auth"]

    def test_who_signs_in_on_a_browser_takes_it_over(self, hana, almaz, post):
        PushDeviceFactory(user=almaz, endpoint=CHROME)
        assert post().status_code == 200
        assert PushDevice.objects.get().user_id == hana.pk

    def test_of_more_than_ten_the_oldest_goes(self, post):
        first = post().json()
        for number in range(10):
            post(f"{CHROME}-{number}")
        assert PushDevice.objects.count() == 10
        assert not PushDevice.objects.filter(pk=first["id"]).exists()

    def test_another_persons_device_does_not_exist(self, hana, almaz, sign_in):
        device = PushDeviceFactory(user=almaz)
        assert sign_in(hana).delete(f"{DEVICES}/{device.pk}").status_code == 404
        assert PushDevice.objects.exists()

    @pytest.mark.parametrize(
        "keys",
        [
            {"p256dh": "AAAA", "auth": browser_keys()["auth"]},
            {"p256dh": browser_keys()["p256dh"], "auth": "AAAA"},
            {"p256dh": "B" + "A" * 86, "auth": browser_keys()["auth"]},
            {"p256dh": "ኣ", "auth": "ኣ"},
        ],
    )
    def test_keys_that_no_browser_made_are_refused(self, post, keys):
        answer = post(keys=keys)
        assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
            ("/keys", "key_not_valid")
        ]
        assert not PushDevice.objects.exists()

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://fcm.googleapis.com/fcm/send/x",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1/x",
            "https://2130706433/x",
            "https://0x7f000001/x",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://localhost/x",
            "https://fcm.googleapis.com.attacker.example/x",
            "https://attacker.example/?fcm.googleapis.com",
            "https://fcm.googleapis.com@10.0.0.1/x",
            "https://10.0.0.1#@fcm.googleapis.com/x",
            "https://10.0.0.1\\@fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8443/x",
            "https://notpush.services.mozilla.com/x",
            "https://ｆcm.googleapis.com/x",
            "https://fcm.googleapis.com/x y",
            "https://fcm.googleapis.com/x\n",
            "file:///etc/passwd",
            "gopher://127.0.0.1:6379/_x",
            "http://127.0.0.1@10.0.0.1/x",
            "http://127.0.0.1.attacker.example/x",
            "x",
        ],
    )
    def test_an_address_that_is_no_push_service_is_refused(self, endpoint, settings):
        assert not may_reach(endpoint)

    def test_a_refused_address_leaves_no_row(self, post):
        answer = post("https://169.254.169.254/latest")
        assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
            ("/endpoint", "endpoint_refused")
        ]
        assert not PushDevice.objects.exists()
        assert not AuditEntry.objects.exists()

    @pytest.mark.parametrize(
        "endpoint",
        [
            CHROME,
            "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
            "https://web.push.apple.com/QGx",
            "https://wns2-par02p.notify.windows.com/w/?token=BQYAAA%2f%3d",
        ],
    )
    def test_the_browsers_own_services_are_taken(self, post, endpoint):
        assert post(endpoint).status_code == 201

    def test_in_production_this_machine_is_no_push_service(self, settings):
        assert may_reach("http://127.0.0.1:9000/push/1")
        settings.SANDBOX = False
        assert not may_reach("http://127.0.0.1:9000/push/1")

    def test_what_slipped_into_the_table_is_not_called_either(self, hana, service, settings):
        PushDeviceFactory(user=hana, endpoint=f"{service.address}/push/1")
        settings.SANDBOX = False
        assert ring(hana).status == "failed"
        assert service.received == []

    def test_the_list_costs_the_same_however_long_it_is(self, hana, sign_in, assert_same_queries):
        assert_same_queries(
            sign_in(hana), DEVICES, add=lambda number: PushDeviceFactory.create_batch(number, user=hana)
        )

    def test_the_key_to_subscribe_with_is_a_point_of_the_curve(self, hana, sign_in):
        from base64 import urlsafe_b64decode

        key = sign_in(hana).get("/api/v1/notifications/push-key").json()["key"]
        point = urlsafe_b64decode(key + "=" * (-len(key) % 4))
        assert (len(point), point[0]) == (65, 4)
