from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.http import request, route

from ...models.feedback.crm_sync_case_form import kind_of
from ...rules.case_intake import FILE_BYTES, File, clean_line, files_problem


class CaseAttachment(AttachmentController):
    """Files that customers send in the conversation of a case: what is refused there is not stored before."""

    @route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        if thread_model == "crm.sync.case" and request.env.user.share:
            content = ufile.read(FILE_BYTES + 1)
            ufile.seek(0)
            name = clean_line(ufile.filename)
            problem = files_problem([File(name, len(content), kind_of(content))])
            if problem:
                return request.make_json_response({"error": request.env["crm.sync.case.form"]._sentence(*problem)})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending=is_pending, **kwargs)
