#pragma once

#include "base/id.hpp"
#include "store/database.hpp"

#include <string>
#include <string_view>

namespace moothall::jobs {

/// One plain-text letter to one person.
struct Mail {
    std::string to; // an address
    std::string subject;
    std::string text;
    /// Where the reader ends such letters with one click (RFC 8058); empty: a letter she asked for
    /// herself.
    std::string unsubscribe_url;
    /// Where an answer goes, an address; empty: to where letters come from.
    std::string reply_to = {};
    /// What it is about: letters of one thread stand together in a reader's mail program, whichever
    /// of them she has (RFC 5322, section 3.6.4). Empty: it stands by itself.
    std::string thread = {};
};

/// Queues a letter; it leaves after the commit, by SMTP or into the spool folder.
void enqueue_mail(store::Transaction& transaction, IdSource& ids, Time now, Id organisation,
                  const Mail& mail);

/// How an organisation's letters leave, from its settings "mail.*".
struct MailSettings {
    std::string server; // smtp://host:587 or smtps://host:465; empty: the spool folder
    std::string user;
    std::string password;
    std::string from; // an address; empty: moothall@ and the organisation's host
    std::string from_name;
};
MailSettings find_mail_settings(store::Transaction& transaction, Id organisation);

/// The letter as it goes over the wire (RFC 5322): UTF-8, quoted-printable. `message_id` without
/// brackets.
std::string to_message(const Mail& mail, const MailSettings& settings, std::string_view message_id,
                       Time now);

/// Sends one letter; throws what the server said. Without a server it is written to
/// `spool_folder`/new/ID.eml, whole or not at all.
void send_mail(const Mail& mail, const MailSettings& settings, std::string_view message_id,
               Time now, const std::string& spool_folder);

/// Removes the letters that were sent, which nobody needs any more, and those that wait for this
/// address: for when a person is erased.
void forget_letters(store::Transaction& transaction, Id organisation, std::string_view address);

/// The letters to this address that were written to `spool_folder`, from `from`: an organisation
/// removes its own only.
void forget_spooled(const std::string& spool_folder, std::string_view from,
                    std::string_view address);

/// The payload of a job of kind "mail.send", and back.
std::string to_payload(const Mail& mail);
Mail read_mail(std::string_view payload);

} // namespace moothall::jobs
