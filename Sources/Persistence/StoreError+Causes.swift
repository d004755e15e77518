// How SQLite's result codes and the system's error numbers become a StoreError.

internal import Foundation
internal import GRDB

extension StoreError {
    /// The error for what a database call threw; a `StoreError` stays as it is.
    static func cause(of error: any Error, at place: String) -> StoreError {
        switch error {
        case let known as StoreError: known
        case let database as DatabaseError: StoreError(database, at: place)
        case is RowDecodingError: StoreError.unreadable("a value", in: "of \(place)")
        default: StoreError(.failed, at: place, detail: "The store failed: \(error).")
        }
    }

    /// The error for a result code of SQLite.
    init(_ error: DatabaseError, at place: String) {
        let said = error.message ?? "code \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .full(at: place)
        case .SQLITE_READONLY: self = .readOnly(at: place)
        case .SQLITE_PERM, .SQLITE_AUTH: self = .notPermitted(at: place)
        case .SQLITE_NOTADB:
            self.init(
                .foreign, at: place,
                detail: "This is not a Selvage database. Choose another data folder, or move the "
                    + "file away.")
        case .SQLITE_CORRUPT:
            self.init(
                .damaged, at: place,
                detail: "The database is damaged (\(said)). Stop Selvage, keep a copy of the data "
                    + "folder, and restore the last backup.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .busy, at: place,
                detail: "Another program holds the database. Close it and try again.")
        case .SQLITE_CANTOPEN:
            self.init(
                .notPermitted, at: place,
                detail: "The database cannot be opened. Check that the folder exists, and that "
                    + "this user may write in it.")
        default:
            self.init(
                .failed, at: place,
                detail: "The database reported: \(said). Check the disk and the system log.")
        }
    }

    /// The error for the system's present `errno`.
    init(errno number: Int32, at place: String, doing action: String) {
        let said = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT, EFBIG: self = .full(at: place)
        case EROFS: self = .readOnly(at: place)
        case EACCES, EPERM: self = .notPermitted(at: place)
        case EEXIST:
            self.init(
                .exists, at: place,
                detail: "A file of this name exists already and is not replaced. Choose another.")
        case ENOENT, ENOTDIR:
            self.init(
                .missing, at: place,
                detail: "There is no such file or folder (\(action)). Check the path.")
        default:
            self.init(
                .failed, at: place,
                detail: "The system could not \(action): \(said). Check the disk.")
        }
    }

    static func full(at place: String) -> StoreError {
        StoreError(
            .full, at: place,
            detail: "No space is left. Nothing of this step was stored; free some space and start "
                + "again, the work goes on where it stopped.")
    }

    static func readOnly(at place: String) -> StoreError {
        StoreError(
            .readOnly, at: place,
            detail: "This cannot be written: the file or its disk is read-only. Make it writable, "
                + "or choose another data folder.")
    }

    static func notPermitted(at place: String) -> StoreError {
        StoreError(
            .notPermitted, at: place,
            detail: "This user may not use it. Change its owner or rights, or run Selvage as the "
                + "user who owns the data folder.")
    }
}
