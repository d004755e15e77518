// The tables of selvage.sqlite, and how a file comes to have them.

internal import GRDB

/// The tables of `selvage.sqlite`.
///
/// They are those of the PostgreSQL schema without its shard map. `shard` is `host_id` modulo 1024
/// and leads every frontier key; today one process owns them all. Addresses are found by the first
/// 128 bits of their SHA-256, together with whether they are taken for an image: a page can name
/// itself as a picture, and must not lose its place in the frontier by that.
enum Schema {
    /// `Selv`: the file's `application_id`.
    static let application: Int32 = 0x5365_6c76

    /// All migrations, oldest first.
    ///
    /// One that has been released is never changed.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-frontier-and-findings") { db in
            try db.execute(sql: "PRAGMA application_id = \(application)")
            for part in [frontier, captures, findings, outbox] { try db.execute(sql: part) }
        }
        migrator.registerMigration("2-what-earlier-scans-know") { db in
            try db.execute(sql: knowledge)
        }
        migrator.registerMigration("3-case-moves") { db in try db.execute(sql: caseMoves) }
        migrator.registerMigration("4-digests") { db in try db.execute(sql: digests) }
        migrator.registerMigration("5-seeds-in-pieces") { db in
            // The seeds of earlier scans came in the transaction that began them.
            try db.execute(sql: "ALTER TABLE scan ADD COLUMN sown INTEGER NOT NULL DEFAULT 1")
        }
        return migrator
    }

    /// Scans that keep digests and no captures.
    ///
    /// In a scan with `digests`, what is known of an address is its row in `url`; the number is the
    /// version of what read it. With `revisits` it has all that the last scan knew, so
    /// that a page that has not changed need not be read for its links.
    private static let digests = """
        ALTER TABLE scan ADD COLUMN digests INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE scan ADD COLUMN revisits INTEGER NOT NULL DEFAULT 0;
        """

    /// What was decided about cases, by whom and why; nothing of it is changed later.
    private static let caseMoves = """
        CREATE TABLE case_move(
          number INTEGER PRIMARY KEY AUTOINCREMENT, licensor TEXT NOT NULL, case_id TEXT NOT NULL,
          at INTEGER NOT NULL, was TEXT, became TEXT NOT NULL, actor TEXT NOT NULL,
          reason TEXT NOT NULL) STRICT;
        CREATE INDEX case_move_of ON case_move(licensor, case_id, number);
        """

    private static let frontier = """
        CREATE TABLE shard(
          shard INTEGER PRIMARY KEY, owner TEXT, epoch INTEGER NOT NULL DEFAULT 0,
          lease_until INTEGER NOT NULL DEFAULT 0) STRICT;
        CREATE TABLE host(
          shard INTEGER NOT NULL, host_id INTEGER NOT NULL, origin TEXT NOT NULL,
          next_at INTEGER NOT NULL DEFAULT 0, delay_ms INTEGER NOT NULL DEFAULT 0,
          fails INTEGER NOT NULL DEFAULT 0, robots_status INTEGER NOT NULL DEFAULT 0,
          robots_until INTEGER, PRIMARY KEY(shard, host_id)) STRICT, WITHOUT ROWID;
        CREATE TABLE robots(
          shard INTEGER NOT NULL, host_id INTEGER NOT NULL, body BLOB NOT NULL,
          PRIMARY KEY(shard, host_id), FOREIGN KEY(shard, host_id) REFERENCES host) STRICT;
        CREATE TABLE plan(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE scan(
          number INTEGER PRIMARY KEY AUTOINCREMENT, plan INTEGER NOT NULL REFERENCES plan,
          digest BLOB NOT NULL, catalogue BLOB, began INTEGER NOT NULL, ended INTEGER,
          next_rank INTEGER NOT NULL DEFAULT 1) STRICT;
        CREATE INDEX scan_plan ON scan(plan, number);
        CREATE INDEX scan_open ON scan(plan, number) WHERE ended IS NULL;
        CREATE TABLE url(
          shard INTEGER NOT NULL, host_id INTEGER NOT NULL, plan INTEGER NOT NULL,
          url_id BLOB NOT NULL, image INTEGER NOT NULL, address TEXT NOT NULL, kind TEXT NOT NULL,
          depth INTEGER NOT NULL, rank INTEGER NOT NULL, seen_scan INTEGER NOT NULL,
          done_scan INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL DEFAULT 0,
          tries INTEGER NOT NULL DEFAULT 0, fetches INTEGER NOT NULL DEFAULT 0,
          status INTEGER NOT NULL DEFAULT 0, reason TEXT, detail TEXT, content BLOB, etag TEXT,
          last_modified TEXT, PRIMARY KEY(shard, host_id, plan, url_id, image))
          STRICT, WITHOUT ROWID;
        CREATE INDEX url_pending ON url(shard, host_id, plan, seen_scan, depth, rank, due_at)
          WHERE done_scan < seen_scan;
        CREATE INDEX url_postponed ON url(shard, host_id, plan, seen_scan, due_at)
          WHERE done_scan < seen_scan AND due_at > 0;
        CREATE TABLE progress(
          scan INTEGER NOT NULL REFERENCES scan, shard INTEGER NOT NULL, host_id INTEGER NOT NULL,
          pages_done INTEGER NOT NULL DEFAULT 0, pages_pending INTEGER NOT NULL DEFAULT 0,
          images_done INTEGER NOT NULL DEFAULT 0, images_pending INTEGER NOT NULL DEFAULT 0,
          bytes INTEGER NOT NULL DEFAULT 0, matches INTEGER NOT NULL DEFAULT 0,
          PRIMARY KEY(scan, shard, host_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX progress_open ON progress(scan, shard, host_id)
          WHERE pages_pending + images_pending > 0;
        CREATE TABLE not_checked(
          scan INTEGER NOT NULL REFERENCES scan, shard INTEGER NOT NULL, host_id INTEGER NOT NULL,
          reason TEXT NOT NULL, addresses INTEGER NOT NULL,
          PRIMARY KEY(scan, shard, host_id, reason)) STRICT, WITHOUT ROWID;
        """

    private static let captures = """
        CREATE TABLE capture(
          id INTEGER PRIMARY KEY, scan INTEGER NOT NULL REFERENCES scan, url_id BLOB NOT NULL,
          image INTEGER NOT NULL, final_id BLOB NOT NULL, final TEXT NOT NULL, hops TEXT NOT NULL,
          began INTEGER NOT NULL, ended INTEGER NOT NULL, digest BLOB NOT NULL, media_type TEXT,
          length INTEGER NOT NULL, has_body INTEGER NOT NULL, catalogue BLOB,
          matched INTEGER NOT NULL DEFAULT 0, stored INTEGER NOT NULL DEFAULT 1,
          UNIQUE(scan, url_id, image)) STRICT;
        CREATE INDEX capture_final ON capture(scan, final_id) WHERE final_id <> url_id;
        CREATE INDEX capture_matched ON capture(scan) WHERE matched > 0;
        CREATE INDEX capture_kept ON capture(scan, digest) WHERE has_body = 1;
        CREATE INDEX capture_dropped ON capture(scan, digest) WHERE has_body = 2;
        CREATE INDEX capture_body ON capture(digest) WHERE has_body = 1;
        CREATE TABLE body(digest BLOB PRIMARY KEY, coding INTEGER NOT NULL, bytes BLOB NOT NULL)
          STRICT;
        CREATE TABLE reference(
          capture INTEGER NOT NULL REFERENCES capture ON DELETE CASCADE, ordinal INTEGER NOT NULL,
          scan INTEGER NOT NULL, image_id BLOB NOT NULL, address TEXT NOT NULL, form TEXT NOT NULL,
          text TEXT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY(capture, ordinal)) STRICT;
        CREATE INDEX reference_image ON reference(scan, image_id);
        CREATE TABLE image(
          digest BLOB NOT NULL, catalogue BLOB NOT NULL, width INTEGER NOT NULL,
          height INTEGER NOT NULL, hash BLOB, quality INTEGER NOT NULL, matches TEXT NOT NULL,
          PRIMARY KEY(digest, catalogue)) STRICT, WITHOUT ROWID;
        """

    /// What scans keep for later ones.
    ///
    /// `url.capture` is the capture that holds what is known of an address; a scan in which that
    /// still held has a row in `carried` instead of a capture of its own. `turn` orders the frontier:
    /// 0 is urgent, 1 the rest. `kept_body` is what sightings of a plan's last scan rest on.
    private static let knowledge = """
        ALTER TABLE url ADD COLUMN capture INTEGER;
        ALTER TABLE url ADD COLUMN checked_at INTEGER;
        ALTER TABLE url ADD COLUMN watched_since INTEGER;
        ALTER TABLE url ADD COLUMN changes REAL NOT NULL DEFAULT 0;
        ALTER TABLE url ADD COLUMN turn INTEGER NOT NULL DEFAULT 1;
        DROP INDEX url_pending;
        CREATE INDEX url_pending ON url(shard, host_id, plan, seen_scan, turn, depth, rank, due_at)
          WHERE done_scan < seen_scan;
        CREATE INDEX url_urgent ON url(plan) WHERE turn = 0;
        ALTER TABLE capture ADD COLUMN terms TEXT;
        ALTER TABLE capture ADD COLUMN reader INTEGER NOT NULL DEFAULT 0;
        DROP INDEX capture_final;
        CREATE INDEX capture_final ON capture(final_id) WHERE final_id <> url_id;
        ALTER TABLE reference ADD COLUMN sizes TEXT;
        DROP INDEX reference_image;
        CREATE INDEX reference_image ON reference(image_id);
        CREATE TABLE carried(
          scan INTEGER NOT NULL REFERENCES scan, url_id BLOB NOT NULL, image INTEGER NOT NULL,
          capture INTEGER NOT NULL REFERENCES capture, shard INTEGER NOT NULL,
          host_id INTEGER NOT NULL, assumed INTEGER NOT NULL,
          PRIMARY KEY(scan, url_id, image)) STRICT, WITHOUT ROWID;
        CREATE INDEX capture_shown ON capture(url_id) WHERE matched > 0;
        ALTER TABLE host ADD COLUMN terms TEXT;
        ALTER TABLE host ADD COLUMN terms_until INTEGER;
        ALTER TABLE progress ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE progress ADD COLUMN assumed INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE kept_body(
          plan INTEGER NOT NULL REFERENCES plan, digest BLOB NOT NULL,
          PRIMARY KEY(digest, plan)) STRICT, WITHOUT ROWID;
        """

    private static let findings = """
        CREATE TABLE history(
          licensor TEXT NOT NULL, sequence INTEGER NOT NULL, finding_id TEXT NOT NULL,
          revision INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
          previous BLOB NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(licensor, sequence)) STRICT;
        CREATE INDEX history_finding ON history(licensor, finding_id, revision, sequence);
        CREATE TABLE chain(
          licensor TEXT PRIMARY KEY, sequence INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
        CREATE TABLE finding(
          licensor TEXT NOT NULL, finding_id TEXT NOT NULL, revision INTEGER NOT NULL,
          sequence INTEGER NOT NULL, verdict TEXT NOT NULL, at INTEGER NOT NULL,
          newest INTEGER NOT NULL, PRIMARY KEY(licensor, finding_id, revision),
          FOREIGN KEY(licensor, sequence) REFERENCES history) STRICT, WITHOUT ROWID;
        CREATE INDEX finding_newest ON finding(licensor, at) WHERE newest = 1;
        CREATE TABLE evidence(
          licensor TEXT NOT NULL, finding_id TEXT NOT NULL, revision INTEGER NOT NULL,
          digest BLOB NOT NULL, PRIMARY KEY(licensor, finding_id, revision),
          FOREIGN KEY(licensor, finding_id, revision) REFERENCES finding) STRICT, WITHOUT ROWID;
        CREATE TABLE needed_body(
          digest BLOB NOT NULL, licensor TEXT NOT NULL, finding_id TEXT NOT NULL,
          PRIMARY KEY(digest, licensor, finding_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX needed_body_finding ON needed_body(licensor, finding_id);
        """

    private static let outbox = """
        CREATE TABLE outbox(
          sequence INTEGER PRIMARY KEY AUTOINCREMENT, licensor TEXT NOT NULL, id TEXT NOT NULL,
          receiver TEXT NOT NULL, body TEXT NOT NULL, next_try INTEGER NOT NULL,
          tries INTEGER NOT NULL, last_error TEXT, UNIQUE(id, receiver)) STRICT;
        CREATE INDEX outbox_due ON outbox(next_try, sequence);
        CREATE TABLE delivered(
          id TEXT NOT NULL, receiver TEXT NOT NULL, licensor TEXT NOT NULL, at INTEGER NOT NULL,
          tries INTEGER NOT NULL, PRIMARY KEY(id, receiver)) STRICT, WITHOUT ROWID;
        CREATE TABLE refused(
          id TEXT NOT NULL, receiver TEXT NOT NULL, licensor TEXT NOT NULL, body TEXT NOT NULL,
          at INTEGER NOT NULL, tries INTEGER NOT NULL, detail TEXT NOT NULL,
          PRIMARY KEY(id, receiver)) STRICT;
        """
}
