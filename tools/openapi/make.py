#!/usr/bin/env python3
"""Writes src/web/assets/openapi.json: the API as OpenAPI 3.1.

    tools/openapi/make.py           writes the file
    tools/openapi/make.py --check   fails when the file is not what this would write

The operations are listed here by hand, one line each; tests hold them to the routes in the sources and drive each of them."""
import json
import re
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "src" / "web" / "assets" / "openapi.json"
ID = {"type": "string", "pattern": "^[0-9a-z]{13}$"}
TEXT, COUNT, TRUTH, TIME = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}, {"type": "string", "format": "date-time"}
DAY = {"type": "string", "format": "date"}
METHOD = {"type": "string", "enum": ["consent", "yes-no", "single-choice", "approval", "score", "ranked-pairs", "stv", "equal-shares"]}
KIND = {"type": "string", "enum": ["want", "question", "signal", "call-out", "challenge", "story", "thanks", "other"]}
CATEGORY = {"type": "string", "enum": ["open", "under_review", "planned", "started", "done", "declined"]}
MATTERS = {"type": "string", "enum": ["", "nice", "important", "vital"]}

MONEY = {"type": "number", "minimum": 0}
BALLOT = {"type": "string", "enum": ["approval", "points", "ranking"]}
PROPOSERS = {"type": "string", "enum": ["circle", "owner"]}
DOOR = {"type": "string", "enum": ["everybody", "circles", "nobody"]}
SIDE = {"type": "string", "enum": ["for", "against"]}
RULE = {"type": "string", "enum": ["open", "circle", "closed", "hidden"]}
SUGGESTION = {"type": "string", "enum": ["open", "accepted", "part", "declined", "withdrawn"]}
TAKES = {"type": "array", "items": {"type": "string", "enum": ["theirs", "mine", "both"]}}
PROCEDURE = {"type": "string", "enum": ["open", "to-mend", "retired"]}
BARRIER = {"type": "string", "enum": ["connection", "device", "senses", "language", "permission", "other"]}
PROMISE = {"type": "string", "enum": ["open", "moved", "kept", "broken", "withdrawn"]}


def maybe(schema):
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def shape(required, **optional):
    return {"type": "object", "properties": {**required, **optional}, "required": sorted(required)}


SWITCH = {"type": "string", "enum": ["on", "off"]}
OPINION = {"type": "string", "enum": ["agree", "disagree", "pass"]}
SHARE = {"type": "number"}
VOTE_COUNTS = shape({"agree": COUNT, "disagree": COUNT, "pass": COUNT})
GROUP_VOTES = shape({"agree": COUNT, "disagree": COUNT, "seen": COUNT})

ABOUT = {"type": "string", "enum": ["person", "circle", "place"]}
FACT = {"type": "string", "enum": ["text", "number", "date", "address", "choice", "reading"]}
ADDRESS = shape({}, street=TEXT, postcode=TEXT, town=TEXT, country=TEXT)
VALUE = {"anyOf": [TEXT, {"type": "number"}, ADDRESS, {"type": "null"}]}
# What a version of a fact says, and what came of it.
FACT_VERSION = {"version": COUNT, "value": {}, "taken_on": maybe(DAY), "stands": TRUTH, "why": TEXT, "note": TEXT,
                "said_by": maybe(ref("Someone")), "by_customer": TRUTH, "undoes": COUNT, "said_at": TIME,
                "checking": {"type": "string", "enum": ["none", "waits", "confirmed", "denied"]}, "reason": TEXT,
                "checked_by": maybe(ref("Someone")), "checked_at": maybe(TIME)}

SCHEMAS = {
    "Letters": shape({"report": TRUTH, "feed_made_at": maybe(TIME)}),
    "Feed": shape({"url": TEXT, "calendar_url": TEXT}),
    "Webhook": shape({"id": ID, "url": TEXT, "verbs": {"type": "array", "items": TEXT}, "circle": ID,
                      "state": {"type": "string", "enum": ["on", "off"]}, "failures": COUNT, "created_at": TIME}, secret=TEXT),
    "WebhookTry": shape({"id": ID, "delivered": TRUTH, "status": COUNT, "error": TEXT}),
    "WebhookDelivery": shape({"id": ID, "event": maybe(ID), "state": TEXT, "attempts": COUNT, "status": COUNT, "error": TEXT,
                              "created_at": TIME}),
    "Someone": shape({"id": ID, "name": TEXT}),
    "Chat": shape({"id": ID, "circle": maybe(ID), "about": maybe(shape({"id": ID, "title": TEXT, "url": TEXT})), "opened_by": maybe(ID),
                   "asked": maybe(ID), "people": {"type": "array", "items": shape({"id": ID, "name": TEXT, "read": COUNT, "left": TRUTH,
                                                                                 "here": TRUTH})},
                   "last": COUNT, "read": COUNT, "unread": COUNT, "left": TRUTH, "url": TEXT}),
    "ChatLine": shape({"sequence": COUNT, "kind": {"type": "string", "enum": ["words", "handed_over", "left", "kept"]},
                       "author": maybe(ref("Someone")), "client_id": TEXT, "person": maybe(ref("Someone")), "voice": maybe(ID),
                       "body": TEXT, "said_at": TIME}),
    "ChatQuestion": shape({"id": ID, "title": TEXT, "circle": maybe(ID), "question": {"type": "array", "items": COUNT},
                           "answer": {"type": "array", "items": COUNT}, "agrees": maybe(ID),
                           "state": {"type": "string", "enum": ["proposed", "kept", "declined"]}, "voice": maybe(ID)}),
    "Door": shape({"door": DOOR, "presence": TRUTH, "zone": TEXT, "days": TEXT, "from": COUNT, "till": COUNT, "named": TRUTH,
                   "blocked": {"type": "array", "items": ref("Someone")}}),
    "Knower": shape({"person": ref("Someone"), "here": TRUTH, "may_write": TRUTH, "habit": maybe(TEXT),
                     "evidence": {"type": "array", "items": shape({
                         "kind": {"type": "string", "enum": ["answer", "reply", "request", "promise", "skill", "code"]},
                         "title": TEXT, "url": TEXT, "vouches": COUNT})}}),
    "Skill": shape({"id": ID, "name": TEXT, "holders": COUNT, "wishes": COUNT, "gap": TRUTH, "mine": TRUTH, "wished": TRUTH,
                    "people": {"type": "array", "items": shape({"id": ID, "name": TEXT, "words": TEXT, "vouches": COUNT,
                                                              "vouched": TRUTH})}}),
    "Voice": shape({
        "id": ID, "kind": KIND, "title": TEXT, "body": TEXT, "language": TEXT, "status": CATEGORY, "status_id": ID,
        "status_name": TEXT, "circle": ID, "circle_name": TEXT, "state": TEXT, "author": maybe(ref("Someone")),
        "written_by": maybe(ref("Someone")), "supporters": COUNT, "inherited": COUNT, "unconfirmed": COUNT,
        "unattributed": COUNT, "unattributed_inherited": COUNT, "merged": COUNT, "merged_into": maybe(ID), "replies": COUNT, "supported": TRUTH, "matters": MATTERS, "tags": {"type": "array", "items": TEXT},
        "files": {"type": "array", "items": ref("File")}, "answer": maybe(ID), "official": maybe(shape({"reason": TEXT, "by": maybe(ref("Someone")), "at": TIME})),
        "url": TEXT, "created_at": TIME, "changed_at": TIME}, reach=shape({"vital": COUNT, "important": COUNT, "circles": COUNT, "late": COUNT, "early": COUNT})),
    "File": shape({"id": ID, "name": TEXT, "media_type": TEXT, "bytes": COUNT, "width": maybe(COUNT), "height": maybe(COUNT), "alt": TEXT,
                   "url": TEXT, "small_url": maybe(TEXT), "thing": maybe(ID), "created_at": TIME}),
    "MergePreview": shape({"into": ID, "own": COUNT, "from": COUNT, "both": COUNT, "together": COUNT}),
    "Merged": shape({"id": ID, "title": TEXT, "author": maybe(ref("Someone")), "supporters": COUNT, "unattributed": COUNT,
                     "apart": COUNT, "into": ID, "backed": TRUTH, "merged_at": TIME}),
    "MergeProposal": shape({"id": ID, "score": {"type": "number"}, "words": {"type": "array", "items": TEXT},
                            "older": ref("Voice"), "newer": ref("Voice")}),
    "MergeDismissed": shape({"state": TEXT}),
    "Reply": shape({
        "id": ID, "subject": ID, "parent": maybe(ID), "body": TEXT, "language": TEXT, "state": TEXT,
        "author": maybe(ref("Someone")), "written_by": maybe(ref("Someone")), "is_answer": TRUTH,
        "files": {"type": "array", "items": ref("File")}, "created_at": TIME,
        "changed_at": TIME}),
    "Support": shape({"supporters": COUNT}, supported=TRUTH, matters=MATTERS),
    "Supporter": shape({"person": ref("Someone"), "matters": MATTERS, "since": TIME}),
    "Revision": shape({"id": ID, "editor": maybe(ref("Someone")), "replaced_at": TIME, "title": TEXT, "body": TEXT}),
    "Follow": shape({"replies": TRUTH, "outcome": TRUTH}),
    "Status": shape({"id": ID, "name": TEXT, "category": CATEGORY}),
    "Tag": shape({"id": ID, "name": TEXT, "voices": COUNT}),
    "Circle": shape({"id": ID, "name": TEXT, "purpose": TEXT, "kind": TEXT, "visibility": TEXT, "joining": TEXT,
                     "moderation": TEXT, "members": COUNT, "my_role": TEXT, "created_at": TIME}),
    "Member": shape({"person": ID, "role": TEXT}, name=TEXT, since=TIME),
    "Person": shape({"id": ID, "name": TEXT, "about": TEXT, "state": TEXT, "since": TIME}, email=TEXT, owner=TRUTH,
                    language=TEXT, theme=TEXT, shortcuts=TRUTH, mail=TEXT),
    "Event": shape({"id": ID, "verb": TEXT, "thing": ID, "kind": TEXT, "actor": maybe(ID), "circle": ID, "at": TIME,
                    "data": {"type": "object"}}),
    "Notification": shape({"id": ID, "event": ID, "thing": ID, "reason": TEXT, "text": TEXT, "url": TEXT, "read": TRUTH,
                           "created_at": TIME}),
    "Token": shape({"id": ID, "name": TEXT, "prefix": TEXT, "created_at": TIME, "used_at": maybe(TIME)}),
    "TokenMade": shape({"id": ID, "token": TEXT}),
    "Session": shape({"id": ID, "device": TEXT, "created_at": TIME, "used_at": TIME, "this_one": TRUTH}),
    "CodeRepository": shape({"id": ID, "name": TEXT, "commits": COUNT, "read_at": TIME, "url": TEXT}),
    "CodeComponent": shape({
        "path": TEXT, "kind": {"type": "string", "enum": ["folder", "file"]}, "about": ID,
        "people": {"type": "array", "items": shape({"person": shape({"id": ID, "name": TEXT}), "commits": COUNT, "newest_at": TIME,
                                                    "may_write": TRUTH})},
        "items": {"type": "array", "items": shape({"name": TEXT, "kind": TEXT, "who": TEXT, "url": TEXT})}, "next": maybe(TEXT)}),
    "CircleMail": shape({"address": maybe(TEXT)}),
    "Spans": shape({"voices": COUNT, "median_seconds": COUNT, "ninth_seconds": COUNT}),
    "ClockLine": shape({"entry": TEXT, "name": TEXT, "answered": ref("Spans"), "decided": ref("Spans"),
                        "done": ref("Spans"), "told": ref("Spans")}),
    "Clock": shape({"heard": shape({"people": COUNT, "answered": COUNT, "outcomes": COUNT}),
                    "items": {"type": "array", "items": ref("ClockLine")}, "next": {"type": "null"}}),
    "ReportLine": shape({"thing": ID, "kind": TEXT, "title": TEXT, "what": TEXT, "url": TEXT}),
    "Report": shape({"period": TEXT, "from": TEXT, "until": TEXT, "voices": COUNT, "people": COUNT,
                     **{name: {"type": "array", "items": ref("ReportLine")}
                        for name in ("heard", "themes", "changed", "coming", "not_done", "learned")},
                     "more": shape({name: COUNT for name in ("heard", "themes", "changed", "coming", "not_done", "learned")}),
                     "cut": TRUTH}),
    "Theme": shape({"id": TEXT, "title": TEXT, "lens": TEXT, "voices": COUNT}, keywords={"type": "array", "items": TEXT}, circle=ID,
                   by_hand=TRUTH, people=COUNT, circles=COUNT, support=COUNT, vital=COUNT, important=COUNT, growth={"type": "number"},
                   weeks={"type": "array", "items": shape({"week": DAY, "voices": COUNT})}, first_at=maybe(TIME), last_at=maybe(TIME),
                   merged_into=maybe(ID), part_of=maybe(ID), ended=TRUTH, url=TEXT, created_at=TIME, changed_at=TIME),
    "Signal": shape({"id": ID, "title": TEXT, "theme": maybe(ID), "first_voice": maybe(ID), "day": DAY, "voices": COUNT,
                     "expected": {"type": "number"}, "state": {"type": "string", "enum": ["open", "decided", "set_aside"]},
                     "reason": TEXT, "url": TEXT}),
    "ThemeDeed": shape({"id": ID, "verb": TEXT, "at": TIME, "by": TEXT, "about": TEXT, "may_undo": TRUTH, "undone": TRUTH}),
    "ThemeTable": shape({
        "lens": TEXT, "by": TEXT, "columns": {"type": "array", "items": TEXT}, "cut": TRUTH,
        "rows": {"type": "array", "items": shape({
            "title": TEXT, "voices": COUNT, "url": TEXT,
            "cells": {"type": "array", "items": shape({
                "voices": COUNT, "trend": {"type": "string", "enum": ["", "rising", "falling"]}, "url": TEXT})}})}}),
    "ThemeRun": shape({"state": {"type": "string", "enum": ["none", "waiting", "running", "done", "cancelled", "failed"]}, "step": TEXT,
                       "share": {"type": "number"}, "voices": COUNT, "themes": COUNT, "unassigned": COUNT, "new_voices": COUNT,
                       "cpu_seconds": {"type": "number"}, "model": TEXT}),
    "LoopStep": shape({"stage": {"type": "string", "enum": ["hear", "sense", "decide", "organise", "act", "tell", "learn"]},
                       "at": maybe(TIME), "what": TEXT, "url": maybe(TEXT), "changed_at": maybe(TIME),
                       "by": maybe(shape({"id": ID, "name": TEXT})), "due": maybe(DAY)}),
    "Loop": shape({"stages": {"type": "array", "items": ref("LoopStep")}}),
    "Checks": shape({"helped": COUNT, "not_helped": COUNT, "own": maybe(TRUTH), "may_say": TRUTH}),
    "Electorate": shape({"circle": ID, "circle_name": maybe(TEXT), "threshold": {"type": "number"}, "threshold_exact": TEXT,
                         "quorum": {"type": "number"}, "quorum_exact": TEXT, "roll": COUNT, "voters": COUNT,
                         "delegated": COUNT}),
    "Decision": shape({
        "id": ID, "title": TEXT, "state": {"type": "string", "enum": ["proposed", "voting", "closed", "reviewed", "withdrawn"]},
        "belief": TEXT, "for": TEXT, "measure": TEXT, "target": TEXT, "review_on": DAY, "method": METHOD,
        "ties": {"type": "string", "enum": ["listed", "lot"]}, "places": COUNT, "score_most": COUNT,
        "options": {"type": "array", "items": TEXT}, "electorates": {"type": "array", "items": ref("Electorate")},
        "voters": COUNT, "weights": TEXT, "circle": ID, "circle_name": TEXT, "author": maybe(ref("Someone")), "created_at": TIME,
        "opened_at": maybe(TIME), "closes_at": maybe(TIME), "closed_at": maybe(TIME), "outcome": maybe(TEXT),
        "why": maybe(TEXT), "result": maybe({"type": "object"}), "root": maybe(TEXT), "withdrawal": maybe(TEXT), "early_reason": maybe(TEXT),
        "review": maybe(shape({"result": TEXT, "value": TEXT, "words": TEXT, "by": maybe(ref("Someone")), "at": TIME})),
        "url": TEXT}, budget=ref("Budget")),
    "BroughtInBudget": {"allOf": [ref("Decision"), shape({
        "other_winners": {"type": "array", "items": shape({"number": TEXT, "title": TEXT})}})]},
    "Budget": shape({"amount": MONEY, "unit": TEXT, "ballot": BALLOT, "points": COUNT, "proposers": PROPOSERS,
                     "projects": {"type": "array", "items": shape({"number": TEXT, "title": TEXT, "cost": MONEY})}}),
    "Project": shape({
        "id": ID, "decision": ID, "title": TEXT, "cost": MONEY, "place": TEXT, "words": TEXT, "number": maybe(TEXT),
        "judgement": maybe({"type": "string", "enum": ["accepted", "declined"]}), "reason": TEXT, "standers": COUNT,
        "i_stand": TRUTH, "state": TEXT, "author": maybe(ref("Someone")), "created_at": TIME, "url": TEXT}),
    "Effort": shape({"voice": ID, "days": maybe(MONEY)}),
    "Revenue": shape({"circle": ID, "revenue": maybe(MONEY)}),
    "WantedSet": shape({"chosen": {"type": "array", "items": ID}, "left_out": {"type": "array", "items": ID}, "days": MONEY,
                        "people": COUNT, "empty_handed": COUNT}),
    "Priorities": shape({
        "capacity": MONEY, "people": COUNT, "voices": {"type": "array", "items": shape({
            "id": ID, "title": TEXT, "days": MONEY, "supporters": COUNT, "days_left": MONEY, "url": TEXT})},
        "fair": ref("WantedSet"), "loudest": ref("WantedSet"), "paying": maybe(ref("WantedSet"))}),
    "ShareOfVoter": shape({"decision": ID, "share": MONEY, "added": MONEY, "paid": MONEY, "left": MONEY, "payments": {"type": "array", "items": shape({
        "project": TEXT, "title": TEXT, "amount": MONEY, "others": COUNT})}}),
    "Needs": shape({"explained": TRUTH, "items": {"type": "array", "items": shape({
        "project": TEXT, "would_have_won_at_cost": maybe(MONEY), "would_have_won_with_more_voters": maybe(COUNT)})}}),
    "VoterReceipt": shape({"decision": ID, "ballots": {"type": "array", "items": shape({"ballot": TEXT, "leaf": TEXT})}}),
    "Vote": shape({"decision": ID, "voters": COUNT, "receipt": ref("VoterReceipt")}),
    "OwnVote": shape({"decision": ID, "electorates": {"type": "array", "items": ID}, "vote": maybe({"type": "object"}),
                      "receipt": maybe(ref("VoterReceipt")),
                      "voted_for_you_by": maybe(shape({"id": ID, "name": TEXT, "vote": maybe({"type": "object"})})),
                      "you_vote_for": COUNT}),
    "Objection": shape({"person": ref("Someone"), "reason": TEXT, "raised_at": TIME}),
    "BallotBox": shape({"decision": ID, "title": TEXT, "method": METHOD, "ties": TEXT, "places": COUNT, "score_most": COUNT,
                        "options": {"type": "array", "items": TEXT},
                        "electorates": {"type": "array", "items": shape({"circle": ID, "members": COUNT, "threshold": TEXT, "quorum": TEXT})},
                        "root": TEXT, "result": {"type": "object"}, "ballots": {"type": "array", "items": TEXT}},
                       budget=shape({"ballot": BALLOT, "amount": MONEY, "unit": TEXT, "points": COUNT, "projects": {
                           "type": "array", "items": shape({"number": TEXT, "name": TEXT, "cost": MONEY})}})),
    "Proof": shape({"leaf": TEXT, "index": COUNT, "size": COUNT, "path": {"type": "array", "items": TEXT}, "root": TEXT}, ballot=TEXT),
    "ProposalRevision": shape({"title": TEXT, "belief": TEXT, "for": TEXT, "measure": TEXT, "target": TEXT, "review_on": DAY,
                               "options": {"type": "array", "items": TEXT}, "closes_at": maybe(TIME),
                               "changed_by_name": TEXT, "changed_at": TIME}),
    "Argument": shape({"id": ID, "decision": ID, "side": maybe(TEXT), "body": TEXT, "author": maybe(ref("Someone")),
                       "parent": maybe(ID), "state": TEXT, "created_at": TIME, "changed_at": TIME}),
    "Commitment": shape({
        "id": ID, "what": TEXT, "by": maybe(ref("Someone")), "to": ID, "to_name": TEXT,
        "to_kind": {"type": "string", "enum": ["person", "circle"]}, "due": DAY, "state": PROMISE, "overdue": TRUTH,
        "why": TEXT, "voice": maybe(ID), "decision": maybe(ID), "request": maybe(ID), "circle": ID, "circle_name": TEXT,
        "open_callouts": COUNT, "moves": {"type": "array", "items": shape({"from": DAY, "to": DAY, "why": TEXT, "at": TIME})},
        "days_late": COUNT, "counted": TRUTH,
        "settled_by": maybe(ref("Someone")), "settled_at": maybe(TIME), "url": TEXT, "created_at": TIME, "changed_at": TIME}),
    "KeptMonth": shape({"month": TEXT, "kept": COUNT, "not_kept": COUNT, "kept_rate": {"type": "number"}}),
    "KeptRate": shape({"circle": ID, "circle_name": TEXT, "running": COUNT, "overdue": COUNT, "moved_late": COUNT, "kept": COUNT,
                       "broken": COUNT, "withdrawn": COUNT, "given_up": COUNT, "kept_rate": maybe({"type": "number"}), "apart": COUNT}),
    "Goal": shape({
        "id": ID, "title": TEXT, "words": TEXT, "measure": TEXT, "target": TEXT, "due": DAY, "position": COUNT,
        "outcome": {"type": "string", "enum": ["", "reached", "missed", "dropped"]}, "why": TEXT, "owner": maybe(ref("Someone")),
        "circle": ID, "circle_name": TEXT, "for": COUNT, "against": COUNT, "open_questions": COUNT, "url": TEXT,
        "created_at": TIME, "changed_at": TIME}),
    "Announcement": shape({
        "id": ID, "title": TEXT, "words": TEXT, "circle": ID, "circle_name": TEXT, "author": maybe(ref("Someone")),
        "voices": {"type": "array", "items": ref("AnnouncedVoice")}, "published_at": maybe(TIME), "created_at": TIME,
        "changed_at": TIME, "url": TEXT}),
    "AnnouncedVoice": shape({"id": ID, "title": TEXT, "url": TEXT}),
    "AnnouncementOffer": shape({"words": TEXT, "voices": {"type": "array", "items": ref("AnnouncedVoice")}}),
    "OpenPage": shape({
        "id": ID, "circle": ID, "circle_name": TEXT, "purpose": TEXT, "words": TEXT,
        "state": {"type": "string", "enum": ["written", "asked", "open"]}, "decision": maybe(ID), "opened_at": maybe(TIME),
        "titles": {"type": "array", "items": shape({"thing": ID, "kind": TEXT, "title": TEXT})},
        "names": {"type": "array", "items": ref("Someone")}, "running": COUNT, "kept": COUNT, "broken": COUNT, "overdue": COUNT}),
    "Conversation": shape({
        "id": ID, "question": TEXT, "words": TEXT, "url": TEXT, "state": {"type": "string", "enum": ["open", "closed"]},
        "circle": ref("Someone"), "owner": maybe(ref("Someone")), "about": maybe(shape({"id": ID, "kind": TEXT, "title": TEXT})),
        "moderation": SWITCH, "anonymous": TRUTH, "opens_at": TIME, "closes_at": maybe(TIME), "closed_at": maybe(TIME),
        "statements": COUNT, "waiting": COUNT, "people": COUNT, "votes": COUNT, "visitors": COUNT, "visitor_votes": COUNT,
        "created_at": TIME}),
    "Statement": shape({
        "id": ID, "number": COUNT, "text": TEXT, "state": {"type": "string", "enum": ["shown", "waiting", "declined"]},
        "author": maybe(ref("Someone")), "reason": TEXT, "judged_by": maybe(ref("Someone")), "votes": VOTE_COUNTS,
        "visitor_votes": VOTE_COUNTS, "created_at": TIME}),
    "NextStatement": shape({"voted": COUNT, "of": COUNT, "placed": TRUTH, "x": maybe(SHARE), "y": maybe(SHARE),
                            "group": maybe(TEXT), "next": maybe(ref("Statement"))}),
    "OwnOpinion": shape({"statement": ID, "text": TEXT, "vote": OPINION, "cast_at": TIME}),
    "Opinions": shape({
        "up_to_date": TRUTH, "found_at": maybe(TIME), "people": COUNT, "placed": COUNT, "visitors_placed": COUNT,
        "groups": {"type": "array", "items": shape({
            "id": TEXT, "letter": TEXT, "size": COUNT, "visitors": COUNT, "x": SHARE, "y": SHARE,
            "represented_by": {"type": "array", "items": shape({
                "statement": ID, "direction": TEXT, "repness": SHARE, "p": SHARE, "here": GROUP_VOTES, "elsewhere": GROUP_VOTES})}})},
        "agreed": {"type": "array", "items": shape({
            "statement": ID, "direction": TEXT, "share": SHARE, "votes": {"type": "array", "items": GROUP_VOTES}})},
        "divided": {"type": "array", "items": shape({"statement": ID, "spread": SHARE})},
        "map": {"type": "array", "items": shape({"x": SHARE, "y": SHARE, "group": TEXT, "visitor": TRUTH})}}),
    "Delegation": shape({"id": ID, "from": ref("Someone"), "to": ref("Someone"), "topic": TEXT, "topic_name": TEXT, "given_at": TIME,
                         "accepted_at": maybe(TIME), "until": TIME}),
    "GoalVoice": shape({"id": ID, "title": TEXT, "side": SIDE, "supporters": COUNT, "url": TEXT}),
    "GoalRevision": shape({"title": TEXT, "words": TEXT, "measure": TEXT, "target": TEXT, "due": DAY, "owner_name": TEXT,
                           "changed_by_name": TEXT, "changed_at": TIME}),
    "FactKind": shape({"id": ID, "about": ABOUT, "name": TEXT, "type": FACT, "unit": TEXT, "choices": {"type": "array", "items": TEXT},
                       "readers": ID, "readers_name": TEXT, "checked": TRUTH, "position": COUNT, "retired": TRUTH}),
    "Fact": shape({"id": ID, "kind": ID, "name": TEXT, "type": FACT, "unit": TEXT, "about": shape({"id": ID, "kind": ABOUT, "name": TEXT}),
                   **FACT_VERSION, "last_version": COUNT, "readings": COUNT, "waits_since": maybe(TIME), "changed_at": TIME,
                   "may_change": TRUTH, "may_check": TRUTH, "url": TEXT}),
    "FactVersion": shape(FACT_VERSION),
    "FactImport": shape({"rows": COUNT, "facts": COUNT, "readings": COUNT, "noted": COUNT, "dry_run": TRUTH,
                         "errors": {"type": "array", "items": shape({"line": COUNT, "field": TEXT, "sentence": TEXT})}}),
    "Place": shape({"id": ID, "name": TEXT, "keeper": ID, "made_at": TIME}),
    "Document": shape({"id": ID, "title": TEXT, "rule": RULE, "closed": TRUTH, "why": TEXT, "decides": maybe(ref("Someone")), "url": TEXT},
        purpose=TEXT, version=COUNT, words=TEXT, paragraphs={"type": "array", "items": shape({"id": COUNT, "heading": COUNT, "text": TEXT})},
        author=maybe(ref("Someone")), circle=ID, circle_name=TEXT, readers=ID, parent=maybe(ID), place=COUNT, template=TRUTH,
        review_on=maybe(DAY), confirm_from=maybe(COUNT), suggestions=COUNT, created_at=TIME, changed_at=TIME),
    "DocumentVersion": shape({"version": COUNT, "title": TEXT, "purpose": TEXT, "said": TEXT, "by": maybe(ref("Someone")),
                              "suggested_by": maybe(ref("Someone")), "written_at": TIME}, words=TEXT, compared_with=maybe(COUNT),
                             difference=maybe({"type": "array", "items": shape({
                                 "change": {"type": "string", "enum": ["kept", "taken-out", "put-in"]}, "text": TEXT})})),
    "DocumentReading": shape({"version": COUNT}),
    "Suggestion": shape({
        "id": ID, "document": ID, "by": maybe(ref("Someone")), "version": COUNT, "title": TEXT, "why": TEXT, "state": SUGGESTION,
        "reason": TEXT, "settled_by": maybe(ref("Someone")), "settled_at": maybe(TIME), "into_version": maybe(COUNT), "url": TEXT,
        "created_at": TIME}, words=TEXT, document_version=COUNT,
        changes={"type": "array", "items": shape({"conflict": TRUTH, "base": TEXT, "theirs": TEXT, "mine": TEXT})}),
    "DocumentComment": shape({"id": ID, "body": TEXT, "parent": maybe(ID), "author": maybe(ref("Someone")), "paragraph": COUNT, "quote": TEXT,
                              "paragraph_removed": TRUTH, "settled": TRUTH, "settled_by": maybe(ref("Someone")), "created_at": TIME}),
    "Settled": shape({"settled": TRUTH}),
    "Procedure": shape({
        "id": ID, "title": TEXT, "purpose": TEXT, "version": COUNT, "state": PROCEDURE, "threshold": COUNT, "mending_days": COUNT,
        "bypasses": COUNT, "due": maybe(DAY), "overdue": TRUTH, "why": TEXT, "owner": maybe(ref("Someone")), "circle": ID,
        "circle_name": TEXT, "retired_at": maybe(TIME), "url": TEXT, "created_at": TIME, "changed_at": TIME}, words=TEXT),
    "Bypass": shape({"id": ID, "procedure": ID, "by": maybe(ref("Someone")), "for_whom": TEXT, "for": maybe(ref("Someone")),
                     "why": TEXT, "happened": TEXT, "voice": maybe(ID), "version": COUNT, "mended_in": maybe(COUNT), "logged_at": TIME}),
    "PageVersion": shape({"version": COUNT, "title": TEXT, "purpose": TEXT, "said": TEXT, "mends": TRUTH,
                          "by": maybe(ref("Someone")), "written_at": TIME}, words=TEXT, compared_with=maybe(COUNT),
                         difference=maybe({"type": "array", "items": shape({
                             "change": {"type": "string", "enum": ["kept", "taken-out", "put-in"]}, "text": TEXT})})),
    "Callout": shape({
        "id": ID, "title": TEXT, "about": ID, "state": {"type": "string", "enum": ["open", "answered", "closed"]},
        "raised_by": maybe(ref("Someone")), "called": maybe(ref("Someone")), "opened_at": TIME, "answered_at": maybe(TIME),
        "answer": maybe(ID), "closed_at": maybe(TIME), "closed_by": maybe(ref("Someone")), "why": TEXT, "url": TEXT}),
    "Request": shape({
        "id": ID, "about": ID, "about_kind": TEXT, "about_title": TEXT, "asked_by": maybe(ref("Someone")),
        "person": maybe(ref("Someone")), "topic": TEXT, "words": TEXT, "due": maybe(DAY),
        "state": {"type": "string", "enum": ["open", "taken", "answered", "declined"]}, "why": TEXT, "asked_at": TIME,
        "taken_at": maybe(TIME), "ended_at": maybe(TIME), "answer": maybe(ID), "url": TEXT, "created_at": TIME}),
    "Barrier": shape({
        "id": ID, "what": TEXT, "kind": BARRIER, "words": TEXT, "who": TEXT, "page": TEXT,
        "state": {"type": "string", "enum": ["open", "planned", "removed", "stays"]}, "remedy": TEXT, "due": maybe(DAY),
        "overdue": TRUTH, "reported_by": maybe(ref("Someone")), "answered_by": maybe(ref("Someone")),
        "answered_at": maybe(TIME), "url": TEXT, "created_at": TIME}),
    "Agreement": shape({
        "id": ID, "title": TEXT, "words": TEXT, "circle": ID, "year": COUNT, "version": COUNT, "agreed_version": COUNT,
        "review_on": maybe(DAY), "before": maybe(ID), "next": maybe(ID),
        "signatures": {"type": "array", "items": shape({"version": COUNT, "side": {"type": "string", "enum": ["circle", "company"]},
                                                        "by": maybe(ref("Someone")), "at": TIME})},
        "links": {"type": "array", "items": shape({"id": ID, "kind": {"type": "string", "enum": ["goal", "decision"]}, "title": TEXT,
                                                   "measure": TEXT, "target": TEXT})},
        "url": TEXT, "created_at": TIME}),
    "AgreementVersion": shape({"version": COUNT, "title": TEXT, "said": TEXT, "by": maybe(ref("Someone")), "written_at": TIME}, words=TEXT),
    "Import": shape({"id": ID, "name": TEXT, "state": {"type": "string", "enum": ["draft", "waiting", "running", "done", "cancelled", "failed", "undoing", "undone"]},
                     "rows": COUNT, "rows_done": COUNT, "made": COUNT, "unchanged": COUNT, "refused": COUNT, "people": COUNT,
                     "trouble": TEXT, "statuses": {"type": "object", "additionalProperties": TEXT},
                     "errors": {"type": "array", "items": shape({"line": COUNT, "sentence": TEXT})},
                     "created_at": TIME, "ended_at": maybe(TIME)}),
    # The last members: what two changed in a document, and what a table of facts holds of which nothing was brought in.
    "Problem": shape({"type": TEXT, "title": TEXT, "status": COUNT, "detail": TEXT}, incident=TEXT,
                     errors={"type": "array", "items": shape({"field": TEXT}, detail=TEXT, line=COUNT, sentence=TEXT)}, version=COUNT,
                     conflicts={"type": "array", "items": shape({"base": TEXT, "theirs": TEXT, "mine": TEXT})},
                     rows=COUNT, facts=COUNT, readings=COUNT, noted=COUNT, dry_run=TRUTH),
}
SAID = {"title": {"type": "string", "minLength": 1, "maxLength": 200}, "body": TEXT, "kind": KIND, "circle": ID,
        "on_behalf_of": ID, "tags": {"type": "array", "items": TEXT, "maxItems": 10},
        "files": {"type": "array", "items": ID, "maxItems": 10}}
CIRCLE = {"name": {"type": "string", "minLength": 1, "maxLength": 100}, "purpose": TEXT,
          "kind": {"type": "string", "enum": ["company", "customer", "community", "team", "forum"]},
          "visibility": {"type": "string", "enum": ["public", "listed", "private"]},
          "joining": {"type": "string", "enum": ["open", "invitation"]},
          "moderation": {"type": "string", "enum": ["off", "newcomers"]}}
SHARE = {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, TEXT]}
THEORY = shape({"title": SAID["title"], "belief": TEXT, "for": TEXT, "measure": TEXT, "target": TEXT, "review_on": DAY,
                "electorates": {"type": "array", "minItems": 1, "maxItems": 6,
                                "items": shape({"circle": ID}, threshold=SHARE, quorum=SHARE)}},
               method=METHOD, options={"type": "array", "items": TEXT, "maxItems": 20}, closes_at=TIME,
               voices={"type": "array", "items": ID}, themes={"type": "array", "items": ID}, circle=ID, open=TRUTH,
               ties={"type": "string", "enum": ["listed", "lot"]}, places=COUNT, score_most=COUNT,
               budget=shape({"amount": MONEY}, unit=TEXT, ballot=BALLOT, points=COUNT, proposers=PROPOSERS))
PROJECT = {"cost": MONEY, "place": TEXT, "words": TEXT, "voices": {"type": "array", "items": ID},
           "themes": {"type": "array", "items": ID}}
CHOICE = shape({}, choice=maybe(TEXT), approve={"type": "array", "items": TEXT}, ranking={"type": "array"},
               scores={"type": "object"}, reason=TEXT)
ARGUMENT = shape({"body": TEXT}, side={"type": "string", "enum": ["", "for", "against"]}, parent=ID)
REASON = shape({"reason": TEXT})
PAGED = ["limit", "after"]

# (method, path, summary, what 2xx answers, status, the body it takes, its query parameters)
OPERATIONS = [
    ("get", "/voices", "Voices that you may see", ["Voice"], 200, None,
     ["query", "kind", "status", "tag", "circle", "person", "theme", "sort", *PAGED]),
    ("post", "/voices", "Say something", "Voice", 201, shape({"title": SAID["title"]}, **{k: v for k, v in SAID.items() if k != "title"}), []),
    ("get", "/voices/similar", "Who said much the same", ["Voice"], 200, None, ["text"]),
    ("get", "/voices/{id}", "One voice", "Voice", 200, None, []),
    ("patch", "/voices/{id}", "Change it, or answer it officially", "Voice", 200,
     shape({}, **SAID, status=TEXT, reason=TEXT), []),
    ("get", "/voices/{id}/support", "Your own support", "Support", 200, None, []),
    ("put", "/voices/{id}/support", "Me too", "Support", 200, shape({}, matters=MATTERS), []),
    ("delete", "/voices/{id}/support", "Take it back", "Support", 200, None, []),
    ("get", "/voices/{id}/supporters", "Who says me too", ["Supporter"], 200, None, PAGED),
    ("post", "/files", "Bring a file, to be hung on what you say next", "File", 201,
     {"multipart": shape({"file": {"type": "string", "contentMediaType": "application/octet-stream"}}, alt=TEXT)}, []),
    ("get", "/files/{id}", "What a file is; its bytes are at its url", "File", 200, None, []),
    ("patch", "/files/{id}", "Say what a picture shows", "File", 200, shape({}, alt=TEXT), []),
    ("delete", "/files/{id}", "Take a file away", None, 204, None, []),
    ("get", "/voices/{id}/merge", "How many would back them together", "MergePreview", 200, None, ["into"]),
    ("post", "/voices/{id}/merge", "Merge it into another that says the same", "Voice", 200, shape({"into": ID}), []),
    ("post", "/voices/{id}/unmerge", "Undo that", "Voice", 200, None, []),
    ("post", "/voices/{id}/not-meant", "Take your support back to it", "Support", 200, None, []),
    ("get", "/voices/{id}/merged", "What was merged into it", ["Merged"], 200, None, []),
    ("get", "/merge-proposals", "Pairs that seem to say the same", ["MergeProposal"], 200, None, PAGED),
    ("post", "/merge-proposals/{id}/accept", "Merge the newer into the older", "Voice", 200, None, []),
    ("post", "/merge-proposals/{id}/dismiss", "They do not say the same", "MergeDismissed", 200, None, []),
    ("get", "/voices/{id}/revisions", "What it said before", ["Revision"], 200, None, []),
    ("get", "/voices/{id}/replies", "Replies in the order said", ["Reply"], 200, None, PAGED),
    ("post", "/voices/{id}/replies", "Reply", "Reply", 201, shape({"body": TEXT}, parent=ID, on_behalf_of=ID, files=SAID["files"]), []),
    ("put", "/voices/{id}/answer", "Mark a reply as the answer", "Voice", 200, shape({"reply": ID}), []),
    ("delete", "/voices/{id}/answer", "Take the mark away", "Voice", 200, None, []),
    ("get", "/voices/{id}/loop", "What became of it, stage by stage", "Loop", 200, None, []),
    ("get", "/clock", "How long from heard to answered, decided, done and told", "Clock", 200, None, ["by", "circle"]),
    ("get", "/report", "What was heard, changed and promised in a period", "Report", 200, None, ["period", "circle", "theme"]),
    ("get", "/voices/{id}/check", "Does it do what they wanted?", "Checks", 200, None, []),
    ("put", "/voices/{id}/check", "Say whether it does what you wanted", "Checks", 200, shape({"helped": TRUTH}, words=TEXT), []),
    ("get", "/voices/{id}/follow", "What you hear of", "Follow", 200, None, []),
    ("put", "/voices/{id}/follow", "Change what you hear of", "Follow", 200, shape({}, replies=TRUTH, outcome=TRUTH), []),
    ("get", "/replies/{id}", "One reply", "Reply", 200, None, []),
    ("patch", "/replies/{id}", "Change a reply of yours", "Reply", 200, shape({"body": TEXT}, files=SAID["files"]), []),
    ("post", "/things/{id}/reports", "Say that it should not stand here", None, 204, REASON, []),
    ("put", "/things/{id}/hiding", "Hide it with a public reason", None, 204, REASON, []),
    ("delete", "/things/{id}/hiding", "Show it again", None, 204, None, []),
    ("post", "/things/{id}/decline", "Say no to what was held", None, 204, shape({"reason": TEXT}, block=TRUTH), []),
    ("post", "/things/{id}/approval", "Let what was held be seen", None, 204, shape({}, trust=TRUTH), []),
    ("get", "/themes", "Themes of a lens, or the values of a lens without themes", ["Theme"], 200, None, ["lens", "sort", "part_of", *PAGED]),
    ("post", "/themes", "Make a theme", "Theme", 201,
     shape({"title": TEXT}, lens={"type": "string", "enum": ["topic", "situation"]}, keywords={"type": "array", "items": TEXT, "maxItems": 8},
           circle=ID, voices={"type": "array", "items": ID}), []),
    ("get", "/themes/table", "Voices by two lenses at once", "ThemeTable", 200, None, ["lens", "by"]),
    ("get", "/themes/run", "How the engine's last run went", "ThemeRun", 200, None, []),
    ("post", "/themes/run", "Let the engine look again", "ThemeRun", 200, shape({}), []),
    ("delete", "/themes/run", "Stop the run that goes on", "ThemeRun", 200, None, []),
    ("get", "/themes/{id}", "One theme", "Theme", 200, None, []),
    ("patch", "/themes/{id}", "Name it, or say what it is a part of", "Theme", 200,
     shape({}, title=TEXT, keywords={"type": "array", "items": TEXT, "maxItems": 8}, part_of=maybe(ID)), []),
    ("put", "/themes/{id}/voices/{voice}", "Put a voice into it", "Theme", 200, shape({}), []),
    ("delete", "/themes/{id}/voices/{voice}", "It does not belong there", "Theme", 200, None, []),
    ("post", "/themes/{id}/merge", "It goes on in another", "Theme", 200, shape({"into": ID}), []),
    ("post", "/themes/{id}/split", "Some of its voices become one of their own", "Theme", 201,
     shape({"title": TEXT, "voices": {"type": "array", "items": ID}}), []),
    ("get", "/themes/{id}/deeds", "Who changed what in it", ["ThemeDeed"], 200, None, []),
    ("post", "/themes/{id}/undo", "Take back what somebody did", "Theme", 200, shape({"deed": ID}), []),
    ("get", "/signals", "What rises above its own base rate", ["Signal"], 200, None, PAGED),
    ("get", "/signals/{id}", "One signal", "Signal", 200, None, []),
    ("post", "/signals/{id}/aside", "Set it aside, with a public reason", "Signal", 200, REASON, []),
    ("get", "/decisions", "Decisions, newest first", ["Decision"], 200, None, ["state", "circle", "voice", "theme", "method", *PAGED]),
    ("post", "/decisions", "Propose a theory, and open voting on it", "Decision", 201, THEORY, []),
    ("get", "/decisions/{id}", "One decision; its tally once it is closed", "Decision", 200, None, []),
    ("patch", "/decisions/{id}", "Change what is only proposed: its proposer, until voting opens", "Decision", 200,
     shape({}, title=SAID["title"], belief=TEXT, measure=TEXT, target=TEXT, review_on=DAY, closes_at=TIME,
           options={"type": "array", "items": TEXT, "maxItems": 20}, **{"for": TEXT}), []),
    ("get", "/decisions/{id}/revisions", "What it said before", ["ProposalRevision"], 200, None, []),
    ("post", "/decisions/{id}/open", "Open voting; the roll is written", "Decision", 200, shape({}), []),
    ("put", "/decisions/{id}/vote", "Vote, or change your vote", "Vote", 200, CHOICE, []),
    ("get", "/decisions/{id}/vote", "Your own vote, until the close", "OwnVote", 200, None, []),
    ("get", "/decisions/{id}/objections", "Open objections of a consent round", ["Objection"], 200, None, []),
    ("get", "/decisions/{id}/arguments", "Arguments for and against", ["Argument"], 200, None, PAGED),
    ("post", "/decisions/{id}/arguments", "Argue", "Argument", 201, ARGUMENT, []),
    ("get", "/decisions/{id}/replies", "The same as arguments", ["Argument"], 200, None, PAGED),
    ("post", "/decisions/{id}/replies", "The same as arguments", "Argument", 201, ARGUMENT, []),
    ("put", "/decisions/{id}/roll/{circle}/{person}", "Put somebody on the roll of an open vote", "Decision", 200, REASON, []),
    ("delete", "/decisions/{id}/roll/{circle}/{person}", "Strike somebody from it", "Decision", 200, None, ["reason"]),
    ("post", "/decisions/{id}/close", "Close voting and count; before its day, while somebody has not voted, with a public reason", "Decision", 200, shape({"reason": TEXT}), []),
    ("get", "/decisions/{id}/ballots", "The closed ballot box, for anybody to count", "BallotBox", 200, None, []),
    ("get", "/decisions/{id}/ballots/{leaf}", "The proof that a ballot lies in the box", "Proof", 200, None, []),
    ("post", "/decisions/{id}/review", "Hold it against its measure", "Decision", 200,
     shape({"result": {"type": "string", "enum": ["held", "failed", "unclear"]}, "value": {}, "words": TEXT}), []),
    ("post", "/decisions/{id}/withdraw", "Take it back, with a public reason", "Decision", 200, REASON, []),
    ("get", "/decisions/{id}/projects", "The projects of a shared budget", ["Project"], 200, None, []),
    ("post", "/decisions/{id}/projects", "Propose a project", "Project", 201, shape({"title": TEXT}, **PROJECT), []),
    ("get", "/decisions/{id}/needs", "What projects that were not bought would have needed", "Needs", 200, None, []),
    ("post", "/decisions/{id}/share", "Where the share of the voter went who holds this receipt", "ShareOfVoter", 200,
     shape({"receipt": TEXT}), []),
    ("get", "/decisions/{id}/pabulib", "A closed budget as a .pb file", None, 200, None, []),
    ("get", "/projects/{id}", "One project", "Project", 200, None, []),
    ("patch", "/projects/{id}", "Change it, until the vote is opened", "Project", 200, shape({}, title=TEXT, **PROJECT), []),
    ("post", "/projects/{id}/accept", "Say that it comes on the ballot", "Project", 200, shape({}, reason=TEXT), []),
    ("post", "/projects/{id}/decline", "Say with a public reason that it does not", "Project", 200, REASON, []),
    ("put", "/projects/{id}/standing", "Stand for it", "Project", 200, shape({}), []),
    ("delete", "/projects/{id}/standing", "Stand for it no longer", "Project", 200, None, []),
    ("post", "/budgets/import", "Bring in a .pb file as a budget of a circle that you look after", "BroughtInBudget", 201,
     shape({"text": TEXT}, title=TEXT, unit=TEXT, circle=ID, counted=TRUTH), []),
    ("get", "/priorities", "The highest number of wants that fit into so many days", "Priorities", 200, None, ["capacity"]),
    ("put", "/voices/{id}/effort", "Estimate how many days of work it takes", "Effort", 200, shape({"days": MONEY}), []),
    ("delete", "/voices/{id}/effort", "Take the estimate away", "Effort", 200, None, []),
    ("put", "/circles/{id}/revenue", "Record what a circle pays a year, for the company", "Revenue", 200, shape({"revenue": MONEY}), []),
    ("delete", "/circles/{id}/revenue", "Take it away", "Revenue", 200, None, []),
    ("get", "/commitments", "Promises: who, what, to whom, by when", ["Commitment"], 200, None,
     ["state", "overdue", "person", "to", "circle", "voice", "decision", "theme", "month", *PAGED]),
    ("post", "/commitments", "Promise something", "Commitment", 201,
     shape({"what": TEXT, "due": DAY}, to=ID, voice=ID, decision=ID, request=ID), []),
    ("get", "/commitments/kept-rates", "How promises are kept, by circle", ["KeptRate"], 200, None, []),
    ("get", "/commitments/kept-months", "How promises are kept, month by month", ["KeptMonth"], 200, None, ["circle"]),
    ("get", "/commitments/{id}", "One promise, with the days it had before", "Commitment", 200, None, []),
    ("post", "/commitments/{id}/keep", "Say that it is done", "Commitment", 200, shape({}, why=TEXT), []),
    ("post", "/commitments/{id}/break", "Say that it is broken", "Commitment", 200, shape({"why": TEXT}), []),
    ("post", "/commitments/{id}/withdraw", "Take it back, with a public reason", "Commitment", 200, shape({"why": TEXT}), []),
    ("post", "/commitments/{id}/move", "Promise another day", "Commitment", 200, shape({"why": TEXT, "due": DAY}), []),
    ("get", "/callouts", "Call-outs against a thing, or those that wait for you", ["Callout"], 200, None, ["about"]),
    ("post", "/callouts", "Call out what was promised or decided and is not done", "Callout", 201,
     shape({"about": ID}, title=TEXT, body=TEXT), []),
    ("get", "/callouts/{id}", "One call-out", "Callout", 200, None, []),
    ("post", "/callouts/{id}/answer", "Answer it in the open", "Callout", 200, shape({"body": TEXT}), []),
    ("post", "/callouts/{id}/close", "Close it", "Callout", 200, shape({}, why=TEXT), []),
    ("get", "/goals", "The strategy: goals, in their order", ["Goal"], 200, None, ["state", *PAGED]),
    ("post", "/goals", "Set a goal", "Goal", 201, shape({"title": TEXT, "measure": TEXT, "target": TEXT, "due": DAY}, words=TEXT,
                                                        owner=ID, circle=ID), []),
    ("get", "/goals/{id}", "One goal", "Goal", 200, None, []),
    ("patch", "/goals/{id}", "Change a goal; what it said before stays", "Goal", 200,
     shape({}, title=TEXT, words=TEXT, measure=TEXT, target=TEXT, due=DAY, owner=ID, position=COUNT, outcome=TEXT, why=TEXT), []),
    ("get", "/goals/{id}/voices", "The voices for and against it", ["GoalVoice"], 200, None, []),
    ("get", "/goals/{id}/revisions", "What it said before", ["GoalRevision"], 200, None, []),
    ("put", "/goals/{id}/voices/{voice}", "Put a voice on one side", "Goal", 200, shape({"side": SIDE}), []),
    ("delete", "/goals/{id}/voices/{voice}", "Take a voice out", "Goal", 200, None, []),
    ("post", "/goals/{id}/questions", "Question a goal: whoever answers for it must answer in the open", "Callout", 201,
     shape({"title": TEXT}, body=TEXT), []),
    ("get", "/changelog", "What was changed, told by those who did it, newest first", ["Announcement"], 200, None,
     ["state", "circle", *PAGED]),
    ("post", "/changelog", "Tell what changed: a draft, or published at once", "Announcement", 201,
     shape({"title": TEXT, "words": TEXT}, circle=ID, voices={"type": "array", "items": ID}, publish={"type": "boolean"}), []),
    ("get", "/changelog/offer", "What a new one can begin with: the voices that became done since the newest", "AnnouncementOffer",
     200, None, ["circle"]),
    ("get", "/changelog/{id}", "One announcement", "Announcement", 200, None, []),
    ("patch", "/changelog/{id}", "Change it; nobody is told again", "Announcement", 200,
     shape({}, title=TEXT, words=TEXT, voices={"type": "array", "items": ID}), []),
    ("post", "/changelog/{id}/publish", "Publish it: the people of its voices are told, once", "Announcement", 200, shape({}), []),
    ("get", "/open-pages", "How circles work with us: the pages that they opened to everybody", ["OpenPage"], 200, None, []),
    ("get", "/circles/{id}/together", "How a circle works with us: its own page, once it is open", "OpenPage", 200, None, []),
    ("put", "/circles/{id}/together", "Write it anew, by a steward", "OpenPage", 200,
     shape({"words": TEXT}, titles={"type": "array", "items": ID}), []),
    ("post", "/circles/{id}/together/asking", "Ask the circle for its consent", "OpenPage", 200, shape({}), []),
    ("post", "/circles/{id}/together/withdrawal", "Ask the circle no more; while it votes with a public reason", "OpenPage", 200,
     shape({}, reason=TEXT), []),
    ("post", "/circles/{id}/together/opening", "Open it, after the consent", "OpenPage", 200, shape({}), []),
    ("post", "/circles/{id}/together/closing", "Close it again", "OpenPage", 200, shape({}), []),
    ("put", "/circles/{id}/together/name", "Let your own name stand there", "OpenPage", 200, shape({}), []),
    ("delete", "/circles/{id}/together/name", "Take your own name away", "OpenPage", 200, None, []),
    ("get", "/conversations", "Conversations: where people agree, newest first", ["Conversation"], 200, None,
     ["state", "about", "circle", *PAGED]),
    ("post", "/conversations", "Begin a conversation about a theme, decision or goal, or by itself", "Conversation", 201,
     shape({"question": TEXT}, words=TEXT, about=ID, circle=ID, moderation=SWITCH, anonymous=TRUTH, opens_at=TIME, closes_at=TIME,
           statements={"type": "array", "items": TEXT}), []),
    ("get", "/conversations/{id}", "One conversation", "Conversation", 200, None, []),
    ("patch", "/conversations/{id}", "Change it, while it is open", "Conversation", 200,
     shape({}, question=TEXT, words=TEXT, moderation=SWITCH, anonymous=TRUTH, closes_at=maybe(TIME)), []),
    ("post", "/conversations/{id}/close", "Close it", "Conversation", 200, shape({}), []),
    ("get", "/conversations/{id}/statements", "Its statements, by number", ["Statement"], 200, None, ["state", *PAGED]),
    ("post", "/conversations/{id}/statements", "Propose a statement", "Statement", 201, shape({"text": TEXT}), []),
    ("get", "/conversations/{id}/statements/similar", "Statements that say much the same", ["Statement"], 200, None, ["text"]),
    ("get", "/conversations/{id}/statements/{statement}", "One statement", "Statement", 200, None, []),
    ("post", "/conversations/{id}/statements/{statement}/accept", "Show one that waits or was declined", "Statement", 200, shape({}), []),
    ("post", "/conversations/{id}/statements/{statement}/decline", "Decline it or take it out, with a public reason", "Statement", 200,
     REASON, []),
    ("put", "/conversations/{id}/statements/{statement}/vote", "Say what you think of it; the last vote counts", "NextStatement", 200,
     shape({"vote": OPINION}), []),
    ("get", "/conversations/{id}/next", "The statement that you are asked about next", "NextStatement", 200, None, []),
    ("get", "/conversations/{id}/votes", "Your own votes, which nobody else is shown", ["OwnOpinion"], 200, None, []),
    ("get", "/conversations/{id}/opinions", "The map: groups, what each stands for, what all agree on", "Opinions", 200, None, []),
    ("get", "/delegations", "Votes that you handed on, and those handed to you", ["Delegation"], 200, None, []),
    ("post", "/delegations", "Hand your vote on a topic (circle:ID, theme:ID or tag:ID) to somebody for a time", "Delegation", 201,
     shape({"to": ID, "topic": TEXT, "until": TIME}), []),
    ("get", "/delegations/{id}", "One of them", "Delegation", 200, None, []),
    ("post", "/delegations/{id}/accept", "Say yes to one that was offered to you", "Delegation", 200, shape({}), []),
    ("delete", "/delegations/{id}", "End it, at any moment and from either side", None, 204, None, []),
    ("get", "/fact-kinds", "Which facts are kept, about whom, and who sees them", ["FactKind"], 200, None, ["about", *PAGED]),
    ("post", "/fact-kinds", "Keep a further kind of fact", "FactKind", 201,
     shape({"name": TEXT, "about": ABOUT, "type": FACT}, unit=TEXT, choices={"type": "array", "items": TEXT}, readers=ID, checked=TRUTH,
           position=COUNT), []),
    ("get", "/fact-kinds/{id}", "One kind of fact", "FactKind", 200, None, []),
    ("patch", "/fact-kinds/{id}", "Change it; whom it is about and its type stay", "FactKind", 200,
     shape({}, name=TEXT, unit=TEXT, choices={"type": "array", "items": TEXT}, readers=ID, checked=TRUTH, retired=TRUTH, position=COUNT), []),
    ("get", "/facts", "Facts that you see, the newest first; those that wait for your check the oldest first", ["Fact"], 200, None,
     ["about", "kind", "mine", "waiting", *PAGED]),
    ("post", "/facts", "Say a fact that was not known, or send a further reading of a meter", "Fact", 201,
     shape({"about": ID, "kind": ID, "value": VALUE}, taken_on=DAY, why=TEXT), []),
    ("post", "/facts/import", "Bring in a table of facts and readings, all or none", "FactImport", 200, shape({"text": TEXT}, dry_run=TRUTH), []),
    ("get", "/facts/{id}", "One fact, with what stands", "Fact", 200, None, []),
    ("patch", "/facts/{id}", "Say how it is now; with the version that you saw, only if it still stands", "Fact", 200,
     shape({"value": VALUE}, taken_on=DAY, why=TEXT, version=COUNT), []),
    ("get", "/facts/{id}/versions", "All that was said, newest first", ["FactVersion"], 200, None, PAGED),
    ("get", "/facts/{id}/readings", "What stands of a meter, the last day first", ["FactVersion"], 200, None, PAGED),
    ("post", "/facts/{id}/undo", "Take back what a version said, if it still stands", "Fact", 200, shape({"version": COUNT}), []),
    ("post", "/facts/{id}/check", "Say as a steward whether it is so; if not, with a reason", "Fact", 200,
     shape({"version": COUNT, "so": TRUTH}, reason=TEXT), []),
    ("get", "/places", "The places of a person or a circle; your own without `keeper`", ["Place"], 200, None, ["keeper", *PAGED]),
    ("post", "/places", "Name a further place", "Place", 201, shape({"name": TEXT}, keeper=ID), []),
    ("get", "/places/{id}", "One place", "Place", 200, None, []),
    ("patch", "/places/{id}", "Call it otherwise", "Place", 200, shape({"name": TEXT}), []),
    ("get", "/documents", "Documents that you may read or know of, the newest first; by words the best first", ["Document"], 200, None,
     ["circle", "parent", "query", "mine", "templates", *PAGED]),
    ("post", "/documents", "Write a document", "Document", 201,
     shape({"title": TEXT, "words": TEXT}, purpose=TEXT, circle=ID, parent=ID, place=COUNT, rule=RULE, why=TEXT, review_on=DAY,
           decides=ID, readers=ID, template=TRUTH), []),
    ("get", "/documents/{id}", "One document, or that it exists and who decides", "Document", 200, None, []),
    ("patch", "/documents/{id}", "Change it; what was written on an older version is put together with what came since", "Document", 200,
     shape({}, title=TEXT, purpose=TEXT, words=TEXT, said=TEXT, version=COUNT, head=COUNT, takes=TAKES, parent=ID, place=COUNT,
           template=TRUTH, confirm=TRUTH, read_anew=TRUTH), []),
    ("put", "/documents/{id}/rule", "Say who may read it", "Document", 200,
     shape({"rule": RULE}, why=TEXT, review_on=DAY, decides=ID, readers=ID), []),
    ("put", "/documents/{id}/reading", "Confirm that you read it", "DocumentReading", 200, shape({"version": COUNT}), []),
    ("get", "/documents/{id}/versions", "What it said before, newest first", ["DocumentVersion"], 200, None, PAGED),
    ("get", "/documents/{id}/versions/{version}", "One version, compared word by word with the one before or another", "DocumentVersion",
     200, None, ["with"]),
    ("get", "/documents/{id}/suggestions", "How others would write it", ["Suggestion"], 200, None, ["state", *PAGED]),
    ("post", "/documents/{id}/suggestions", "Suggest an edit", "Suggestion", 201,
     shape({"words": TEXT}, title=TEXT, why=TEXT, version=COUNT), []),
    ("get", "/suggestions/{id}", "One suggestion, with what it would change now", "Suggestion", 200, None, []),
    ("post", "/suggestions/{id}/accept", "Take over all of it or a part", "Document", 200,
     shape({"version": COUNT}, takes=TAKES, title=TRUTH, reason=TEXT), []),
    ("post", "/suggestions/{id}/decline", "Decline it with a reason", "Suggestion", 200, shape({"reason": TEXT}), []),
    ("post", "/suggestions/{id}/withdraw", "Take your own back", "Suggestion", 200, shape({}), []),
    ("get", "/documents/{id}/comments", "What was said beside its paragraphs", ["DocumentComment"], 200, None, PAGED),
    ("post", "/documents/{id}/comments", "Comment on a paragraph, or on all of it", "DocumentComment", 201,
     shape({"body": TEXT}, paragraph=COUNT, parent=ID), []),
    ("put", "/documents/{id}/comments/{comment}/settled", "Say that it is settled", "Settled", 200, shape({}), []),
    ("delete", "/documents/{id}/comments/{comment}/settled", "Open it again", "Settled", 200, None, []),
    ("get", "/procedures", "How we work, the newest first", ["Procedure"], 200, None, ["state", "circle", "person", *PAGED]),
    ("post", "/procedures", "Write a procedure down", "Procedure", 201,
     shape({"title": TEXT, "words": TEXT}, purpose=TEXT, owner=ID, circle=ID, threshold=COUNT, mending_days=COUNT), []),
    ("get", "/procedures/{id}", "One procedure", "Procedure", 200, None, []),
    ("patch", "/procedures/{id}", "Change it; what it said before stays", "Procedure", 200,
     shape({}, title=TEXT, purpose=TEXT, words=TEXT, said=TEXT, owner=ID, threshold=COUNT, mending_days=COUNT, version=COUNT), []),
    ("post", "/procedures/{id}/mend", "Change it so that it answers its bypasses", "Procedure", 200,
     shape({"said": TEXT}, title=TEXT, purpose=TEXT, words=TEXT, version=COUNT), []),
    ("post", "/procedures/{id}/retire", "End it, with a public reason", "Procedure", 200, shape({"why": TEXT}), []),
    ("get", "/procedures/{id}/bypasses", "Who went round it, and why", ["Bypass"], 200, None, PAGED),
    ("post", "/procedures/{id}/bypasses", "Say that you went round it", "Bypass", 201,
     shape({"why": TEXT}, for_whom=TEXT, happened=TEXT, voice=ID, **{"for": ID}), []),
    ("get", "/procedures/{id}/versions", "What it said before, newest first", ["PageVersion"], 200, None, PAGED),
    ("get", "/procedures/{id}/versions/{version}", "One version, compared with the one before or another", "PageVersion", 200,
     None, ["with"]),
    ("post", "/procedures/{id}/challenges", "Challenge it: its owner must answer in the open", "Callout", 201,
     shape({"title": TEXT}, body=TEXT), []),
    ("get", "/agreements", "How circles and the company want to work together, newest first", ["Agreement"], 200, None, ["circle", *PAGED]),
    ("post", "/agreements", "Write one for a circle", "Agreement", 201,
     shape({"title": TEXT, "words": TEXT, "circle": ID}, year=COUNT, review_on=DAY, links={"type": "array", "items": ID, "maxItems": 20}), []),
    ("get", "/agreements/{id}", "One agreement", "Agreement", 200, None, []),
    ("patch", "/agreements/{id}", "Write another version, which both sides sign again", "Agreement", 200,
     shape({}, title=TEXT, words=TEXT, said=TEXT, review_on=DAY, version=COUNT, links={"type": "array", "items": ID, "maxItems": 20}), []),
    ("post", "/agreements/{id}/sign", "Sign its newest version for your side", "Agreement", 200, shape({"version": COUNT}), []),
    ("post", "/agreements/{id}/next", "Begin the next year's, with what happened", "Agreement", 201, shape({}), []),
    ("get", "/agreements/{id}/versions", "What it said before", ["AgreementVersion"], 200, None, PAGED),
    ("get", "/agreements/{id}/versions/{version}", "One version with its words", "AgreementVersion", 200, None, []),
    ("get", "/barriers", "What people could not do here, newest first", ["Barrier"], 200, None, ["state", "kind", *PAGED]),
    ("post", "/barriers", "Say what you could not do", "Barrier", 201,
     shape({"what": TEXT}, kind=BARRIER, words=TEXT, who=TEXT, page=TEXT), []),
    ("get", "/barriers/{id}", "One barrier", "Barrier", 200, None, []),
    ("post", "/barriers/{id}/answer", "Say what is done about it, by a steward of the hall", "Barrier", 200,
     shape({"state": {"type": "string", "enum": ["planned", "removed", "stays"]}, "remedy": TEXT}, due=DAY, who=TEXT, kind=BARRIER), []),
    ("get", "/requests", "Who is asked for, and by whom", ["Request"], 200, None, ["box", "state", "about", *PAGED]),
    ("post", "/requests", "Ask for a person, or for whoever knows", "Request", 201,
     shape({"about": ID}, person=ID, topic=TEXT, words=TEXT, due=DAY), []),
    ("get", "/requests/{id}", "One request", "Request", 200, None, []),
    ("post", "/requests/{id}/take", "Take it", "Request", 200, shape({}), []),
    ("post", "/requests/{id}/pass-on", "Pass it on, with a word", "Request", 200, shape({"person": ID, "why": TEXT}), []),
    ("post", "/requests/{id}/decline", "Say no, with a reason", "Request", 200, shape({"why": TEXT}), []),
    ("post", "/requests/{id}/answer", "Answer it: your words become a reply", "Request", 200, shape({"words": TEXT}), []),
    ("get", "/chats", "The chats you take part in, the one that moved last first", ["Chat"], 200, None, PAGED),
    ("post", "/chats", "Talk with a person, or in a circle; with a first line if you like", "Chat", 201,
     shape({}, person=ID, circle=ID, about=ID, body=TEXT, client_id=TEXT), []),
    ("get", "/chats/{id}", "One chat", "Chat", 200, None, []),
    ("get", "/chats/{id}/messages", "What was said after a number; with wait, as soon as there is something", ["ChatLine"], 200, None,
     ["limit", "after", "wait"]),
    ("post", "/chats/{id}/messages", "Say something; the same client_id says it once", "ChatLine", 201,
     shape({"body": TEXT}, client_id={"type": "string", "maxLength": 64}), []),
    ("post", "/chats/{id}/read", "You have read up to this line", None, 204, shape({"sequence": COUNT}), []),
    ("post", "/chats/{id}/typing", "You are writing; told now and stored nowhere", None, 204, shape({}), []),
    ("post", "/chats/{id}/hand-over", "Somebody else goes on in your place, with all that was said", "Chat", 200,
     shape({"to": ID, "words": TEXT}), []),
    ("post", "/chats/{id}/leave", "Leave it", None, 204, shape({}), []),
    ("get", "/chats/{id}/questions", "What is, or was, to be kept for others", ["ChatQuestion"], 200, None, []),
    ("post", "/chats/{id}/questions", "Keep lines as a question with its answer; the other one agrees first", "ChatQuestion", 201,
     shape({"title": TEXT, "question": {"type": "array", "items": COUNT}, "answer": {"type": "array", "items": COUNT}}, circle=ID), []),
    ("post", "/chats/{id}/questions/{keeping}/agree", "Agree: others find it", "ChatQuestion", 200, shape({}), []),
    ("post", "/chats/{id}/questions/{keeping}/decline", "It stays between you", "ChatQuestion", 200, shape({}), []),
    ("get", "/me/door", "Who may write to you, and when you are there", "Door", 200, None, []),
    ("put", "/me/door", "Change it", "Door", 200, shape({}, door=DOOR, presence=TRUTH, zone=TEXT, days=TEXT, **{"from": COUNT}, till=COUNT, named=TRUTH), []),
    ("put", "/me/blocks/{person}", "You do not want to hear from this person", None, 204, shape({}), []),
    ("delete", "/me/blocks/{person}", "You do again", None, 204, None, []),
    ("get", "/people/who-knows", "Who is most likely to know, and why", ["Knower"], 200, None, ["text"]),
    ("get", "/skills", "What people know; with gaps=yes, what is asked for and nobody has", ["Skill"], 200, None, ["gaps", *PAGED]),
    ("post", "/skills", "You know something, or wish that somebody did", "Skill", 201, shape({"name": TEXT}, words=TEXT, wish=TRUTH), []),
    ("get", "/skills/{id}", "One skill, and who has it", "Skill", 200, None, []),
    ("delete", "/skills/{id}/mine", "You have it no more", "Skill", 200, None, []),
    ("delete", "/skills/{id}/wish", "You no longer ask for it", "Skill", 200, None, []),
    ("put", "/skills/{id}/people/{person}/vouch", "Vouch for somebody", "Skill", 200, shape({}), []),
    ("delete", "/skills/{id}/people/{person}/vouch", "Take that back", "Skill", 200, None, []),
    ("post", "/imports", "Bring in a table of voices (CSV), or what another program exports", "Import", 201,
     shape({"text": TEXT}, name=TEXT, circle=ID, columns={"type": "object"}, statuses={"type": "object"},
           format={"type": "string", "enum": ["csv", "fider", "quackback", "github", "canny", "uservoice", "discourse"]}), []),
    ("get", "/imports/{id}", "How far an import is", "Import", 200, None, []),
    ("post", "/imports/{id}/undo", "Take back what it brought", "Import", 200, None, []),
    ("delete", "/imports/{id}", "Bring in no more of it", "Import", 200, None, []),
    ("get", "/statuses", "The organisation's statuses", ["Status"], 200, None, PAGED),
    ("get", "/tags", "The tags most used", ["Tag"], 200, None, PAGED),
    ("get", "/circles", "Circles that you may know of", ["Circle"], 200, None, ["kind", *PAGED]),
    ("post", "/circles", "Open a circle", "Circle", 201, shape({"name": CIRCLE["name"]}, **{k: v for k, v in CIRCLE.items() if k != "name"}), []),
    ("get", "/circles/{id}", "One circle", "Circle", 200, None, []),
    ("patch", "/circles/{id}", "Change a circle", "Circle", 200, shape({}, **CIRCLE), []),
    ("get", "/circles/{id}/mail", "The e-mail address to which its members write voices", "CircleMail", 200, None, []),
    ("put", "/circles/{id}/mail", "Give it an address, or take it (an empty name), by a steward", "CircleMail", 200,
     shape({"name": TEXT}), []),
    ("get", "/circles/{id}/members", "Who is in it", ["Member"], 200, None, PAGED),
    ("put", "/circles/{id}/members/{person}", "Give somebody a role", "Member", 200,
     shape({}, role={"type": "string", "enum": ["guest", "member", "steward"]}), []),
    ("delete", "/circles/{id}/members/{person}", "Take somebody out", None, 204, None, []),
    ("get", "/me", "Yourself", "Person", 200, None, []),
    ("patch", "/me", "Change what you said about yourself", "Person", 200,
     shape({}, name=TEXT, about=TEXT, language=TEXT, theme=TEXT, mail=TEXT, shortcuts=TRUTH), []),
    ("get", "/me/tokens", "Your API tokens", ["Token"], 200, None, PAGED),
    ("post", "/me/tokens", "Make one; its secret is shown once", "TokenMade", 201, shape({"name": TEXT}), []),
    ("delete", "/me/tokens/{id}", "End one", None, 204, None, []),
    ("get", "/me/sessions", "Where you are signed in", ["Session"], 200, None, PAGED),
    ("delete", "/me/sessions", "Sign out everywhere else", None, 204, None, []),
    ("delete", "/me/sessions/{id}", "Sign out there", None, 204, None, []),
    ("get", "/people", "People by the start of their name", ["Person"], 200, None, ["query", *PAGED]),
    ("get", "/people/{id}", "One person", "Person", 200, None, []),
    ("get", "/code", "Repositories whose code you may see", ["CodeRepository"], 200, None, PAGED),
    ("get", "/code/component", "A folder or file of the code (`path`: NAME/src/billing, or an id): who knows it, and what is in it", "CodeComponent",
     200, None, ["path", *PAGED]),
    ("get", "/events", "The log; `wait` makes it a long poll", ["Event"], 200, None, [*PAGED, "wait"]),
    ("get", "/events/stream", "The same as server-sent events, ids only", "stream", 200, None, ["after"]),
    ("get", "/notifications", "What you are told", ["Notification"], 200, None, PAGED),
    ("put", "/notifications/{id}/read", "Mark one as read", None, 204, None, []),
    ("get", "/me/letters", "What comes to you by letter and feed", "Letters", 200, None, []),
    ("put", "/me/letters", "Choose the monthly report", "Letters", 200, shape({"report": TRUTH}), []),
    ("post", "/me/feed", "A new address for your private feed; it is shown once", "Feed", 201, shape({}), []),
    ("delete", "/me/feed", "End its address", None, 204, None, []),
    ("get", "/webhooks", "Programs that hear of events; owners only", ["Webhook"], 200, None, []),
    ("post", "/webhooks", "Make one; its secret is shown once", "Webhook", 201,
     shape({"url": TEXT}, verbs={"type": "array", "items": TEXT, "maxItems": 40}, circle=ID), []),
    ("get", "/webhooks/{id}", "One webhook", "Webhook", 200, None, []),
    ("delete", "/webhooks/{id}", "Remove it", None, 204, None, []),
    ("post", "/webhooks/{id}/test", "Call it now", "WebhookTry", 200, shape({}), []),
    ("get", "/webhooks/{id}/deliveries", "What it was sent in the last seven days", ["WebhookDelivery"], 200, None, PAGED),
]


def operation(method, path, summary, answer, status, body, query):
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"leaf": TEXT, "version": COUNT}.get(name, ID)}
                  for name in re.findall(r"{(\w+)}", path)]
    for name in query:
        schema = {"type": "integer", "minimum": 1, "maximum": 100} if name == "limit" else (
            {"type": "integer", "minimum": 0, "maximum": 25} if name == "wait" else TEXT)
        parameters.append({"name": name, "in": "query", "schema": schema})
    good = {"description": summary}
    if answer == "stream":
        good["content"] = {"text/event-stream": {"schema": TEXT}}
    elif isinstance(answer, list):
        good["content"] = {"application/json": {"schema": shape({"items": {"type": "array", "items": ref(answer[0])},
                                                                "next": maybe(TEXT)})}}
    elif answer:
        good["content"] = {"application/json": {"schema": ref(answer)}}
    if status == 201:
        good["headers"] = {"Location": {"schema": TEXT}}
    problem = {"description": "Refused", "content": {"application/problem+json": {"schema": ref("Problem")}}}
    entry = {"operationId": method + "".join(part.strip("{}").capitalize() for part in path.split("/")),
             "summary": summary, "responses": {str(status): good, "4XX": problem, "5XX": problem}}
    if parameters:
        entry["parameters"] = parameters
    if body is not None and "multipart" in body:
        entry["requestBody"] = {"content": {"multipart/form-data": {"schema": body["multipart"]}}}
    elif body is not None:
        entry["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return entry


def document():
    paths = {}
    for one in OPERATIONS:
        paths.setdefault(one[1], {})[one[0]] = operation(*one)
    return {"openapi": "3.1.0", "info": {"title": "Moothall", "version": "1", "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
            "servers": [{"url": "/api/v1"}], "security": [{}, {"token": []}], "paths": paths,
            "components": {"schemas": SCHEMAS, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}}


def main():
    text = json.dumps(document(), separators=(",", ":"), ensure_ascii=False) + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if FILE.read_text() == text else "openapi.json is old: run tools/openapi/make.py")
    FILE.write_text(text)


if __name__ == "__main__":
    main()
