// A decoder child for the tests, and commands that look at one from inside and outside.

internal import Foundation
internal import Imaging
internal import SelvageTypes

/// Whether a confined process can open neither a file nor a socket.
func isLockedIn() -> Bool {
    while open("/dev/null", O_RDONLY) < 3 {}
    guard DecodeWorker.confine() else { return false }
    return open("/etc/passwd", O_RDONLY) < 0 && socket(AF_INET, 1, 0) < 0
}

/// Decodes one file through a pool of one; 0 when it was accepted.
func decodeFile(_ path: String, executable: String) async -> Int32 {
    guard let content = FileManager.default.contents(atPath: path) else { return 2 }
    let pool = DecoderPool(executable: executable, workers: 1)
    defer { pool.shutDown() }
    do throws(DecodeError) {
        let picture = try await pool.decode([UInt8](content))
        print("\(picture.width) x \(picture.height)")
        return 0
    } catch {
        print("\(error.reason.rawValue): \(error.detail)")
        return 1
    }
}

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "decode-worker": exit(DecodeWorker.run())
case "locked-in": exit(isLockedIn() ? 0 : 1)
case let path?: exit(await decodeFile(path, executable: arguments[0]))
case nil: exit(2)
}
