// Why a catalogue cannot be read or written: the file, the line, and what to do.

public import SelvageTypes

/// A catalogue that cannot be read or written.
///
/// Compare `reason`; `detail` is for people.
public struct CatalogueError: Error, Hashable, Sendable {
    /// What kind of failure it was.
    public enum Reason: Hashable, Sendable {
        /// A file is not there or cannot be read.
        case unreadable
        /// A file is not what it should be.
        case malformed
        /// A format version that this program does not know.
        case unknownFormat
        /// The assets are not the ones that the catalogue was made with.
        case digestMismatch
        /// The seal does not fit the catalogue, or is not by a trusted key.
        case brokenSeal
        /// Two assets with one id.
        case duplicateAsset
        /// An asset of another licensor.
        case foreignAsset
        /// An asset's picture could not be decoded.
        case undecodable(DecodeError.Reason)
        /// The folder cannot be written.
        case unwritable
    }

    /// What kind of failure it was.
    public let reason: Reason
    /// The file concerned.
    public let file: String
    /// The line of the file, from 1; nil when it concerns the whole.
    public let line: Int?
    /// What is wrong and what to do.
    public let detail: String

    /// A failure about a file.
    public init(_ reason: Reason, file: String, line: Int? = nil, _ detail: String) {
        self.reason = reason
        self.file = file
        self.line = line
        self.detail = detail
    }
}

extension CatalogueError: CustomStringConvertible {
    /// `FILE:LINE: what is wrong and what to do`.
    public var description: String {
        "\(file)\(line.map { ":\($0)" } ?? ""): \(detail)"
    }
}
