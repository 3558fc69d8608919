"""E-mail through Django's backend: SMTP, or the console on a desk."""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused

from django.core.mail import EmailMultiAlternatives

from notifications.channels import Channel, Message, Refused

PERMANENT = 500  # SMTP replies from here on will not change (RFC 5321, 4.2.1)


class EmailChannel(Channel):
    """One mail, as text and as HTML."""

    def send(self, message: Message) -> None:
        """Send it."""
        mail = EmailMultiAlternatives(
            subject=message.subject, body=message.text, to=[message.to], headers=dict(message.headers)
        )
        mail.attach_alternative(message.html, "text/html")
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            if all(code >= PERMANENT for code, _reply in error.recipients.values()):
                raise Refused("the mail server refuses the address") from error
            raise
