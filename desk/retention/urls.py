"""The pages of keeping and eliminating files."""

from django.urls import URLPattern, URLResolver, path

from desk.retention import hold_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("conservation/", views.due, name="retention"),
    path("conservation/bordereaux/<int:pk>/", views.elimination, name="elimination"),
    path("conservation/bordereaux/<int:pk>/abandon/", views.abandon, name="give_up_elimination"),
    path("conservation/bordereaux/<int:pk>/bordereau.csv", views.slip_csv, name="elimination_slip"),
    path("conservation/bordereaux/<int:pk>/preuve.csv", views.proof_csv, name="elimination_proof"),
    path(
        "conservation/bordereaux/<int:pk>/preuve.pdf", views.report_pdf, name="elimination_report"
    ),
    path(
        "conservation/<int:caisse>/<slug:rule>/<int:subject>/gel/",
        hold_views.put_on_thing,
        name="hold_thing",
    ),
    path("conservation/gels/", hold_views.holds, name="holds"),
    path("conservation/gels/<int:pk>/levee/", hold_views.lift, name="lift_hold"),
    path("conventions/<int:pk>/gel/", hold_views.put, name="put_hold"),
]
