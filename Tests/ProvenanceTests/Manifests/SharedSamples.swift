// The sample files beside the project, found by walking up from this file.

import Foundation

/// The folder `shared/samples` beside the project's root.
enum SharedSamples {
    /// nil when the project stands alone.
    static let folder: URL? = {
        var place = URL(fileURLWithPath: #filePath)
        while place.path != "/" {
            place.deleteLastPathComponent()
            let candidate = place.appending(path: "shared/samples")
            if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
        }
        return nil
    }()

    /// The bytes of one sample.
    static func bytes(_ path: String) throws -> [UInt8] {
        guard let folder else { throw CocoaError(.fileNoSuchFile) }
        return try Array(Data(contentsOf: folder.appending(path: path)))
    }
}
