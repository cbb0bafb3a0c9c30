-- Tell: the report reads what a time proves, and not everything that happened in it. The verbs are those of tell/report.cpp.
CREATE INDEX event_of_proof ON event (org_id, event_id)
    WHERE verb IN ('act.commitment_kept', 'act.commitment_broken', 'act.commitment_withdrawn', 'decide.decision_closed',
                   'decide.decision_reviewed', 'hear.status_changed', 'hear.voice_answered', 'write.procedure_mended',
                   'write.procedure_retired');
