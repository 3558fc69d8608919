"""Every feature by its id, and what keeps those that are partly there from being done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """One row. `weight` is M (must), S (should) or X (needs a partner or money)."""

    group: str
    id: str
    weight: str
    text: str

    @property
    def area(self) -> str:
        """The first word of its tests' names."""
        return self.id.partition("-")[0].lower()


_GROUPS = {
    "Accounts": """
AUTH-1 M Sign-up by e-mail signs in at once; publishing to paying wait for a verified contact; few resends
AUTH-2 M Sign-up and sign-in by phone with a one-time code; a number belongs to one account and is E.164
AUTH-3 M Sign-in by Google and the like; several identities of one user
AUTH-4 M Second factor by TOTP, with recovery codes; staff and brokers can be made to use it
AUTH-5 M Short access token, rotating refresh token, own sessions listed and ended
AUTH-6 M Tries of signing in limited by address and account, lock-out, a log of security events
AUTH-7 M Roles and groups of rights; rights on objects inside an agency
AUTH-8 M Erase my account, export my data, accepted versions of the terms
AUTH-9 S Partner clients with scopes, rotation of keys, a sandbox
""",
    "Brokers": """
BRK-1 M Public page: words, languages, areas, phones, links, active listings
BRK-2 M Agency with branches, members, invitations, roles; a listing belongs to agent and agency
BRK-3 M Licence: number, type, issuer, region, expiry, document; a lapse hides the broker
BRK-4 M Life of a broker, pending to terminated, with reasons; only staff move it
BRK-5 S Away between two days: leads pause or listings hide, and come back by themselves
BRK-6 M Inbox of leads: source, listing, stage, notes, assignee, next action
BRK-7 S Rules that hand leads out by area, price, kind, hour: in turn, to all, to one, to the first
BRK-8 M Answer rate and median answer time are measured; a badge by published criteria, daily
BRK-9 M Reviews only by counterparts of a completed deal; sub-scores, reply, moderation
BRK-10 S Reviews of both sides appear together or at a deadline
BRK-11 S Closed deals are counted and shown on the broker's page
BRK-12 M Plans and quotas: free places per category, paid packets, what a downgrade does
BRK-13 M Commission rules: percent or fixed, minimum, by category and broker, kept per deal
BRK-14 M Mandate exclusive or open, with its dates; the split between two brokers
BRK-15 S Bulk feed (CSV, XML, JSON) with a report per row, dry run, ids of the sender
""",
    "Listings": """
LST-1 M Draft, review, published, closed; drafts are kept; reopening; an illegal step is 409
LST-2 M Review before publication can be switched by category and by trust in the broker
LST-3 S Editing a live listing asks for a change with old and new; the live version stays
LST-4 M Expiry with a warning before, renewing in one step, bumping
LST-5 M Attributes per category: type, unit, required, filterable, searchable
LST-6 M Title and description per language, with a fallback
LST-7 M A price keeps its currency; filters and sorts compare across currencies by a dated rate
LST-8 M How a price is meant: fixed, negotiable, on request, guide, offers over, from, tender
LST-9 M Every price with its time; a mark for reductions; watchers hear of drops
LST-10 S Days on the market, and those of the asset over all its listings
LST-11 M One asset, several offers (sale, long rent, short rent); of each kind one may live
LST-12 S Calendar of availability; bookings by day or hour, never twice
LST-13 M Promotion (top, bump, highlight): dates, price, stacking, effect on the order
LST-14 M Favourites with a private note and price watch; the owner sees the number
LST-15 S Similar listings, with the reason
LST-16 M Reports with a reason; enough of them hide the listing for review
LST-17 S A score of completeness that names what is missing
LST-18 M A broker has one live listing of an asset; duplicates are refused or merged
LST-19 S The partner's reference for upserts; a feed of what changed since a cursor
LST-20 S JSON-LD, earlier slugs, sitemap
LST-21 S Report of comparable listings with price range, as PDF and link
LST-22 S How a price compares with the market, in bands
""",
    "Property": """
PRP-1 M Tree of areas, landmark, point; the owner may keep the exact point back
PRP-2 M Sizes and rooms with unit and source; sizes of single rooms
PRP-3 S Building or project with units, and how many are left
PRP-4 M Terms of rent: amount and period, deposit, minimum term, months ahead, who pays what, furnished, pets
PRP-5 M Holding, years of lease left, payment of the land lease, service charge, property tax
PRP-6 S Open house; off-plan facts (permit, progress, handover)
""",
    "Vehicle": """
VEH-1 M Tree of make, model, generation, variant, trim with stable ids; fields by vehicle class
VEH-2 M VIN or frame number kept, checked, never public; one live listing of a VIN
VEH-3 M Damage in separate facts: accident, unrepaired, repaired, roadworthy, claimed free of accidents
VEH-4 M Inspection, service history, timing belt, proof of mileage, earlier use, earlier owners
VEH-5 M Equipment as coded values in groups
VEH-6 M Electric: owner of the battery, charging time, range, plug, consumption
VEH-7 M Rules between fields: few km when new, km and registration when used, model of the make, dealer price
VEH-8 S Inspection programme of a third party; the ad waits for it
""",
    "Search": """
SRC-1 M Words with prefix, slips and rank, aware of the language
SRC-2 M Counts per value of a filter
SRC-3 M Within a radius, sorted by distance
SRC-4 M Within the map's rectangle
SRC-5 S Within a drawn area, kept with a saved search
SRC-6 M Clusters per zoom with count and price range
SRC-7 S Completion of places by popularity, with shapes
SRC-8 M Saved searches, alerts instant, daily, weekly, off; one alert per match
SRC-9 S An alert says why: new, cheaper, back, sold
SRC-10 M Pages stay stable while ads arrive; sorts by price, date, distance, price per m², mileage
SRC-11 S Recent and popular searches; a log of those without result
""",
    "Uploads": """
MED-1 M Direct upload: type by the bytes, limits of size and number, photo limits per plan, orphans swept
MED-2 M Variants in WebP or AVIF, EXIF and place removed, turned upright, blurred placeholder
MED-3 M Order, cover, caption, what a picture shows
MED-4 M Files for all, for members, for one; signed addresses
MED-5 S The same picture is stored once; edited ones are declared
""",
    "Leads, viewings, offers": """
DEAL-1 M Inquiry on a listing by a signed-in person, once per person and listing
DEAL-2 M Showing a phone is counted and limited
DEAL-3 X Calls through a number of ours: duration, missed calls
DEAL-4 M Viewing or test drive: slots, request, confirm, deny, cancel, reminder, in person or by video
DEAL-5 M Offers: make, counter, withdraw, accept, reject, expire; the history stays
DEAL-6 M Reserved by an accepted offer or deposit; others see it; released by itself
DEAL-7 S Wanted ads that brokers answer with offers
""",
    "Payments": """
PAY-1 M Several gateways behind one interface, chosen by country, currency, amount
PAY-2 M Starting a payment twice with one key is one payment
PAY-3 M Callbacks: signature, raw body kept, replays harmless, then verified at the gateway
PAY-4 M Append-only money events: authorise, charge, refund, cancel, chargeback
PAY-5 M Refunds whole and in part; one role grants, another executes
PAY-6 M Deposit and later payments of one deal
PAY-7 M Hold and release by both codes or by staff; a dispute stops the clocks
PAY-8 M Split with the broker, payout accounts, payout states, manual settlement
PAY-9 M Offline payment with proof and approval by staff
PAY-10 S Numbered invoice and receipt with tax
PAY-11 S Wallet for ads: balance, top-up, spending, stop
""",
    "Chat": """
CHT-1 M Conversation of buyer, broker, listing; a message can point at a listing or deal
CHT-2 M Delivery at once, unread counts per side, reconciled nightly
CHT-3 S Pictures, files, voice
CHT-4 M Word filters of staff, and a log of what they stopped
CHT-5 M Limits on messages and conversations; blocking and reporting
CHT-6 M Staff may read, audited; retention and erasure
""",
    "Notifications": """
NTF-1 M Feed, e-mail, SMS, push; preferences by event and channel
NTF-2 M Templates that staff edit, per language, with preview
NTF-3 M Leaving alerts in one step, joining them in two
NTF-4 S Log of delivery: sent, delivered, bounced, opened, failed; retried
NTF-5 M Reminders: review due, viewing tomorrow, payment or listing about to end
""",
    "Verification": """
KYC-1 M Kinds of documents by role and market; submitted to rejected; expiry
KYC-2 X Sign-in with the national ID as proof
KYC-3 M Verified listing: ownership paper checked, badge, better place
KYC-4 S Number of a permit required in some markets
KYC-5 M Private documents: encrypted, short links, who saw what, date of deletion
""",
    "Analytics": """
ANL-1 M Events: seen, opened, gallery, phone, share, favourite, lead, route; by person, bot, staff
ANL-2 M Per listing and day: appearances, views, bookmarks, leads, spending
ANL-3 S Comparison with competitors nearby
ANL-4 S Market by area and model: median, quartiles, supply, days
ANL-5 S CSV export in the background
""",
    "Admin": """
ADM-1 M Find users, ban and unban with effect on what they show, act as them with audit
ADM-2 M Review queue: filters, decisions on many at once, list of reasons, the owner is told
ADM-3 M Audit log: who did what to which object, old and new values, not editable
ADM-4 M Feature flags and settings changed while it runs
ADM-5 M Bans on e-mail, IP, phone, device; reserved names
ADM-6 S Support tickets with clocks
""",
    "Platform": """
PLT-1 S Outgoing webhooks: subscription, signature, retry, log, dry run, breaker
PLT-2 M Every closed list with labels in the caller's language
PLT-3 S Saving returns warnings beside errors
PLT-4 M Rate limits told in headers; dear questions cost more
PLT-5 M A market is configuration: currency, languages, gateways, laws, areas
PLT-6 M Liveness and readiness of database, cache, broker, storage, gateways
""",
    "What sets it apart": """
X-1 M Search across scripts: sounds alike are folded, Ethiopic and Latin find each other, slips are forgiven
X-2 M One double-entry ledger of deposits over all gateways, split tenders, refunds by leg; sums are zero
X-3 X National ID (Fayda) as proof of identity; only subject, level and date are kept
X-4 M The same photo at two sellers raises an alert, even re-encoded or cropped
X-5 M Registry of assets: one exclusive listing and one open deposit by constraint; market days survive
X-6 M VIN and Japanese frame numbers: suggestions and warnings, never refused as a bad VIN
X-7 S Rental law as dated data per market: warnings with the article, reminders
X-8 M The broker's licence gates publishing: reminders before expiry, hidden on lapse, back on renewal
X-9 S Off-plan guard: permit, progress, land right, blocked account; no more buyers than units
X-10 S Who may buy is checked before a deposit, by dated data
X-11 S True cost and list of papers per deal, dated, who pays, when
X-12 M Ethiopian calendar and clock wherever a person reads a time; stored in UTC
X-13 S Addresses by landmark, with names in both scripts, direction and distance
X-14 S Telegram as a channel of news and leads
X-15 S Ledger of introductions: who brought which buyer to which asset
X-16 S Electric and duty profile, with a policy per country
X-17 S SMS first: both carriers, cost caps, receipts; light answers for weak links
X-18 S Home and vehicle in one deal
X-19 S A trust score that explains itself and can be contested
X-20 M Privacy by market: data map, consents, retention, register of breaches; an unmapped table fails a test
X-21 M Map clusters with price bands; counts sum to the list's; drawn areas
X-22 M Reconciliation: nightly statements, a queue of the unmatched, lost callbacks healed
X-23 S Promised answer time: unanswered leads move on; away times and holidays count
X-24 M Honest price: dated rate, reductions only from a price that stood, rating with sample size
X-25 M Two handover codes release a deposit; one alone never; a dispute freezes the clock
X-26 S Wanted ads matched with new listings; the buyer's phone stays hidden
""",
}

MISSING = {
    "AUTH-4": "staff enrol and use TOTP; recovery codes and enrolment by users are missing",
    "AUTH-6": "limits and lock-out are there; customers' security events are not in a log of their own",
    "AUTH-8": "staff can erase; the user's own erasure, the export and the terms are missing",
    "BRK-1": "all but phones, and the listings themselves: the page has their number",
    "BRK-2": "members, invitations, roles and listings of agent and agency are there; branches are missing",
    "BRK-8": "the median answer time is measured daily; the rate and the badge are missing",
    "BRK-13": "the percentages of the market are kept per deal; rules by category and broker are missing",
    "LST-3": "a live edit applies at once and is marked for review; change requests are missing",
    "LST-4": "expiry and renewal are there; the warning before and the bump are missing",
    "LST-5": "typed attributes per category are there; filtering and searching by them is missing",
    "LST-9": "every price stands in the listing with its time; watchers have no alert",
    "LST-13": "boosts and fees are there, with dates, prices and places; bump and highlight are missing",
    "PRP-2": "sizes with unit and source are there; sizes of single rooms are missing",
    "VEH-1": "makes and models are a tree; generation is text, variants and trims are missing",
    "VEH-4": "all but the link to a proof of mileage",
    "SRC-1": "prefix and rank in both scripts are there; slips are not forgiven yet",
    "SRC-9": "a saved search tells of what fits; not whether it is new, cheaper or back",
    "SRC-10": "all but the sort by price per m²",
    "MED-4": "photos are for all, papers of a case for one by a short link; files for members are missing",
    "DEAL-2": "clients tell that a phone was shown; the call that shows and limits it is missing",
    "PAY-1": "the interface and its shared tests are there; the only gateway is the sandbox",
    "PAY-4": "append-only events of charge, refund, cancelling, chargeback; no gateway authorises first",
    "PAY-6": "the deposit, in several payments, is there; later payments of a deal are missing",
    "CHT-1": "conversations are there; a message cannot point at another listing or a deal",
    "CHT-2": "delivery and counts are there; unread counts are each person's, not the side's",
    "CHT-3": "messages take attachments; uploads of that kind are not accepted yet",
    "CHT-6": "audited reading and erasure are there; retention is missing",
    "NTF-3": "mails are left in one step; joining is not confirmed in a second",
    "NTF-4": "sent, failed, parked and tried again are noted; delivered, bounced and opened are not",
    "NTF-5": "reminders of reviews and viewings are there; of what is about to end they are missing",
    "KYC-1": "kinds, states and expiry are there; they do not depend on role and market yet",
    "KYC-3": "an ownership paper is checked and shown to moderators; badge and better place are missing",
    "ANL-1": "views, contacts, shares and leads are noted; the other events, bots and staff are missing",
    "ANL-2": "views, contacts, leads, offers per listing and day; appearances, bookmarks, spending missing",
    "ADM-1": "all but acting as a user",
    "ADM-2": "all but decisions on many at once",
    "ADM-4": "settings are there; feature flags are missing",
    "PLT-2": "the words of listings are in the answer; those of deals, payments, uploads are not",
    "PLT-4": "limits and headers are there; dear questions do not cost more yet",
    "PLT-5": "one market; its facts are settings and columns, not yet one configuration",
    "PLT-6": "readiness does not ask the gateways",
    "X-1": "folding and both scripts are there; slips are not forgiven yet",
    "X-5": "offers and deposits are bound by constraint; market days are missing",
    "X-6": "warnings are there; suggestions and the table of makers are missing",
    "X-16": "the facts are there; the policy per country is missing",
    "X-20": "a data map is there; consents, retention and the register are missing",
    "X-22": "lost callbacks are healed, what is odd waits in a queue; statements are missing",
    "X-23": "answer times are measured; promises and moving on are missing",
    "X-24": "rates and reductions are there; the deal rating is missing",
}


def _read() -> Iterator[Feature]:
    for group, lines in _GROUPS.items():
        for line in lines.strip().splitlines():
            name, weight, text = line.split(" ", 2)
            yield Feature(group=group, id=name, weight=weight, text=text)


FEATURES: tuple[Feature, ...] = tuple(_read())
