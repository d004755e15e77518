// A decoder child for the tests, and commands that look at one from inside and outside.

internal import Foundation
internal import Imaging
internal import SelvageTypes

/// One line, without buffers or formatting that a confined process could not have.
func say(_ text: String) {
    let bytes = Array("\(text)\n".utf8)
    _ = write(1, bytes, bytes.count)
}

/// What a system call answered: refused when it failed for want of permission.
func refused(_ failed: Bool) -> String {
    let reason = errno
    return !failed ? "done" : reason == EPERM || reason == EACCES ? "refused" : "errno \(reason)"
}

/// Tries what a decoder in foreign hands would, and says how it went; some end this process.
func attempt(_ what: String) -> String {
    switch what {
    case "file": refused(open("/etc/passwd", O_RDONLY) < 0)
    case "new-file": refused(open("selvage-probe", O_WRONLY | O_CREAT, 0o600) < 0)
    case "stat": refused(access("/etc/passwd", R_OK) < 0)
    case "descriptors": refused(dup(1) < 0)
    case "code":
        refused(mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | 0x20, -1, 0) == MAP_FAILED)
    case "thread": refused(startThread() != 0)
    case "socket": refused(socket(AF_INET, 1, 0) < 0)
    case "local-socket": refused(socket(AF_UNIX, 1, 0) < 0)
    case "program": refused(execv("/bin/true", [nil]) < 0)
    case "trace": refused(trace() < 0)
    case "kill": refused(kill(1, 0) < 0)
    default: "done"
    }
}

/// Asks to be looked into; found by name, because Swift calls no variadic function.
private func trace() -> Int {
    typealias Call = @convention(c) (Int, Int, Int, Int) -> Int
    guard let symbol = dlsym(nil, "ptrace") else { return 0 }
    return unsafeBitCast(symbol, to: Call.self)(0, 0, 0, 0)
}

private func startThread() -> Int32 {
    var thread = pthread_t()
    let failure = pthread_create(&thread, nil, { _ in nil }, nil)
    errno = failure
    return failure
}

/// Confines this process as a decoder is, then tries something; a confined process says it itself.
func attemptConfined(_ what: String) -> Int32 {
    while open("/dev/null", O_RDONLY) < 3 {}
    guard let walls = DecodeWorker.confine() else { return 1 }
    if what == "walls" {
        say("\(walls.filtersCalls ? "seccomp" : "") \(walls.locksFiles ? "landlock" : "")")
    } else {
        say(attempt(what))
    }
    return 0
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
case "attempt": exit(attemptConfined(arguments.last ?? ""))
case let path?: exit(await decodeFile(path, executable: arguments[0]))
case nil: exit(2)
}
