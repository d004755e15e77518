// Where the shared samples and corpora are, when this machine has them.

import Foundation
import SelvageTypes

/// The folder `shared` beside the project, if there is one.
let sharedFolder: URL? = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    for _ in 0..<8 {
        let shared = folder.deletingLastPathComponent().appendingPathComponent("shared")
        if FileManager.default.fileExists(atPath: shared.appendingPathComponent("corpora").path) {
            return shared
        }
        folder.deleteLastPathComponent()
    }
    return nil
}()

/// Whether the shared folder is there; tests that need it are skipped without it.
let hasShared = sharedFolder != nil

/// The bytes of a shared file.
func sharedFile(_ path: String) throws -> [UInt8] {
    guard let folder = sharedFolder else { throw CocoaError(.fileNoSuchFile) }
    return Array(try Data(contentsOf: folder.appendingPathComponent(path)))
}

/// The names of the files in a shared folder, sorted.
func sharedFiles(in path: String, ending: String) throws -> [String] {
    guard let folder = sharedFolder else { return [] }
    return try FileManager.default.contentsOfDirectory(
        atPath: folder.appendingPathComponent(path).path
    ).filter { $0.hasSuffix(ending) }.sorted()
}

/// An address that a test spells out.
func address(_ text: String) throws -> WebAddress {
    guard let address = WebAddress(text) else { throw CocoaError(.formatting) }
    return address
}
