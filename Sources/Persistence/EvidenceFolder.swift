// Evidence files: written once, named by their digest, checked each time they are read.

internal import Foundation
public import SelvageTypes

/// A folder of evidence files that are named by their SHA-256: `ab/cdef….wacz`.
///
/// A file is written aside, flushed, and renamed, so a name always stands for whole content, also
/// after a loss of power. Its mode is read-only. These calls block; they belong on a thread of
/// their own when the files are large.
public struct EvidenceFolder: Sendable {
    /// The folder's path.
    public let path: String
    private let suffix: String

    /// Opens the folder, or makes it, mode 0700, and removes what a crash left half written.
    ///
    /// - Parameter fileExtension: What the names end with, for people and their tools.
    public init(_ path: String, fileExtension: String = "wacz") throws(StoreError) {
        try DurableFiles.makeFolder(path)
        self.path = path
        suffix = fileExtension.isEmpty ? "" : ".\(fileExtension)"
        DurableFiles.removeUnfinished(in: path)
    }

    /// Keeps some bytes; the same bytes again have no effect.
    ///
    /// - Returns: Their digest, by which they are read.
    /// - Throws: `StoreError`; `.altered` when a file of this name has other content.
    @discardableResult
    public func put(_ bytes: [UInt8]) throws(StoreError) -> Digest {
        let digest = Digest(of: bytes)
        let name = file(of: digest)
        if DurableFiles.exists(name) {
            _ = try read(digest)
            return digest
        }
        let folder = "\(path)/\(digest.hex.prefix(2))"
        if !DurableFiles.exists(folder) {
            try DurableFiles.makeFolder(folder)
            try DurableFiles.flushFolder(path)
        }
        try DurableFiles.write(bytes, to: name, mode: 0o400, through: path)
        return digest
    }

    /// Reads evidence and checks it.
    ///
    /// - Throws: `StoreError`; `.altered` when the content is not what was put there, `.missing`
    ///   when there is none.
    public func read(_ digest: Digest) throws(StoreError) -> [UInt8] {
        let name = file(of: digest)
        let bytes = try DurableFiles.read(name)
        guard Digest(of: bytes) == digest else {
            throw StoreError(
                .altered, at: name,
                detail: "This evidence is no longer what was stored. Keep the file as it is, and "
                    + "restore the original from a backup under another name to compare.")
        }
        return bytes
    }

    /// Whether evidence of this digest is there; its content is not looked at.
    public func holds(_ digest: Digest) -> Bool {
        DurableFiles.exists(file(of: digest))
    }

    /// The path of the evidence of a digest, whether it is there or not.
    public func file(of digest: Digest) -> String {
        let hex = digest.hex
        return "\(path)/\(hex.prefix(2))/\(hex.dropFirst(2))\(suffix)"
    }
}
