// The token of a monitor: the same over restarts, for its owner alone.

import Foundation
import Persistence
import Testing

@Suite("Metrics token")
struct MetricsTokenTests {
    private func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test("It is made once and then stays, readable by its owner alone")
    func stays() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = try MetricsToken(dataFolder: folder)
        #expect(first.text.utf8.count == 64)
        #expect(try MetricsToken(dataFolder: folder).text == first.text)
        let mode = try FileManager.default.attributesOfItem(atPath: first.path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test("A file that holds something else is said, not replaced")
    func foreign() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("secret".utf8).write(to: URL(filePath: "\(folder)/metrics-token"))
        #expect(throws: StoreError.self) { try MetricsToken(dataFolder: folder) }
    }
}
