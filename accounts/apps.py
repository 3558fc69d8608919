from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles, sign-in, sessions."""

    name = "accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from accounts import privacy
        from accounts.management import seeding
        from accounts.permissions import WHO_MAY
        from key2key.common.plugins import SeedStep, seed_steps, who_may

        who_may.register("accounts", WHO_MAY)
        seed_steps.register("accounts", SeedStep(seeding.ORDER, seeding.sow))
        privacy.register_parts()
