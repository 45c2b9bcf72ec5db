from django.db import migrations, models

from workflows.triggers import AppendOnly, Changeable


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0024_notes"),
    ]

    operations = [
        Changeable("ConventionAct"),
        migrations.RemoveConstraint(
            model_name="conventionact",
            name="contracts_conventionact_kind_known",
        ),
        migrations.AddConstraint(
            model_name="conventionact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "abandonment",
                            "address_change",
                            "annulment",
                            "avenant",
                            "closing",
                            "cnil",
                            "cnil_copy_requested",
                            "credentials_lost",
                            "credentials_sent",
                            "cure",
                            "deadline_lifted",
                            "deadline_set",
                            "decision",
                            "deliberation",
                            "departure",
                            "dispute",
                            "dispute_settled",
                            "document_date",
                            "document_received",
                            "dormancy_closure",
                            "duty_done",
                            "experiment",
                            "force_majeure",
                            "force_majeure_ended",
                            "force_majeure_termination",
                            "formal_notice",
                            "formal_notice_withdrawn",
                            "granted",
                            "last_login",
                            "letter_delivered",
                            "letter_posted",
                            "letter_presented",
                            "letter_refused",
                            "letter_unclaimed",
                            "letter_undeliverable",
                            "mutual_termination",
                            "notice",
                            "notice_confirmed",
                            "notice_withdrawn",
                            "party_left",
                            "prior_request",
                            "profile_changed",
                            "renewal_agreed",
                            "replaced",
                            "scope_changed",
                            "sent_for_signature",
                            "signature",
                            "suspension",
                            "suspension_lifted",
                            "user_suspended",
                            "user_suspension_lifted",
                            "validation",
                        ],
                    )
                ),
                name="contracts_conventionact_kind_known",
            ),
        ),
        # Altered above: SQLite built the table anew, without its triggers.
        AppendOnly("ConventionAct"),
    ]
