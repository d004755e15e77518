// What went wrong with something that is kept on disk, by reason and as a sentence for people.

/// Something kept on disk could not be read or written.
///
/// Compare `reason`; `detail` is for people and may change.
public struct StoreError: Error, Hashable, Sendable {
    /// Why a stored thing could not be read or written.
    public enum Reason: Hashable, Sendable {
        /// Another process uses the data folder; its pid, and what it does, when it said so.
        case locked(pid: Int32?, purpose: String)
        /// No space is left, or the size limit of the settings is reached.
        case full
        /// The file or the folder may not be written.
        case readOnly
        /// The rights of the user that runs this do not reach.
        case notPermitted
        /// A file or folder that has to be there is not.
        case missing
        /// The file is a damaged database, or a record in it cannot be read.
        case damaged
        /// The file is not one that Selvage wrote.
        case foreign
        /// A newer Selvage wrote it.
        case newerSchema
        /// Another connection held the database for too long.
        case busy
        /// The content is no longer what its digest or its seal says.
        case altered
        /// The scan was ended or superseded, so nothing more is added to it.
        case scanClosed
        /// A key or secret has a form that cannot be used.
        case badKey
        /// A key file can be read by others than its owner.
        case keyExposed
        /// Something of this name exists already and is not replaced.
        case exists
        /// What is stored does not allow the step that was asked for.
        case refused
        /// A server shows another key than the one it was first seen with.
        case pinChanged
        /// The disk or the database reported something else.
        case failed
    }

    /// What kind of failure it was.
    public var reason: Reason
    /// The file, folder or name it happened at.
    public var place: String
    /// A sentence for people: what happened and what to do.
    public var detail: String

    /// A failure to read or write.
    public init(_ reason: Reason, at place: String, detail: String) {
        self.reason = reason
        self.place = place
        self.detail = detail
    }
}

extension StoreError: CustomStringConvertible {
    /// What, where, and what to do.
    public var description: String { "\(place): \(detail)" }
}
