// Addresses from arguments and list files, read piece by piece: a list may have ten million.

internal import struct Crypto.SHA256
internal import Foundation
public import SelvageTypes

/// Where a crawl begins: addresses, and files with one address a line.
///
/// The files are read once to be checked, and again for each crawl that begins; they are never held
/// in memory. What cannot be read twice, as standard input, is copied first.
public struct SeedList: Sendable {
    /// How many addresses there are, repeated ones counted again.
    public private(set) var count = 0
    /// The hosts of all addresses.
    public private(set) var hosts: Set<String> = []
    /// `WebAddress.origin` of all addresses.
    public private(set) var origins: Set<String> = []
    /// SHA-256 of all addresses, a line each, in their order.
    public private(set) var digest: Digest

    private let parts: [Part]

    private enum Part: Sendable {
        case address(WebAddress)
        case file(ListFile)
    }

    /// Reads addresses, and files by their paths; `-` is standard input.
    ///
    /// - Throws: `SeedError` that names the file and the line.
    public init(_ arguments: [String]) throws {
        parts = try arguments.map { argument in
            try WebAddress(argument).map(Part.address) ?? .file(ListFile(argument))
        }
        var hash = SHA256()
        digest = Digest(of: "")
        for part in parts {
            switch part {
            case .address(let address): take(address, &hash)
            case .file(let file): try file.forEach { take($0, &hash) }
            }
        }
        guard count > 0 else {
            throw SeedError(
                detail: "the lists name no address; write one http or https address a line")
        }
        digest = Digest(rawBytes: Data(hash.finalize())) ?? digest
    }

    /// The addresses alone.
    public init(_ addresses: [WebAddress]) {
        parts = addresses.map(Part.address)
        var hash = SHA256()
        digest = Digest(of: "")
        for address in addresses { take(address, &hash) }
        digest = Digest(rawBytes: Data(hash.finalize())) ?? digest
    }

    private mutating func take(_ address: WebAddress, _ hash: inout SHA256) {
        count += 1
        var line = address.description
        line.append("\n")
        line.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        if origins.insert(address.origin).inserted { hosts.insert(address.host) }
    }
}

extension SeedList {
    /// Addresses handed over in one piece.
    private static let piece = 8192

    /// Hands the addresses over piece by piece, in their order.
    func forEachPiece(_ body: @Sendable ([Target]) async throws -> Void) async throws {
        var seeds: [Target] = []
        for part in parts {
            switch part {
            case .address(let address):
                seeds.append(Target(address: address, kind: .page, depth: 0))
            case .file(let file):
                var reader = file.reader()
                while let address = try reader.next() {
                    seeds.append(Target(address: address, kind: .page, depth: 0))
                    guard seeds.count >= Self.piece else { continue }
                    try await body(seeds)
                    seeds.removeAll(keepingCapacity: true)
                }
            }
        }
        if !seeds.isEmpty { try await body(seeds) }
    }
}

/// A list of addresses that cannot be used: which, where, and what to do.
public struct SeedError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What, where, what to do.
    public var detail: String

    public var description: String { detail }
}

/// A file with one address a line, open until nobody needs it any more.
private final class ListFile: Sendable {
    private let name: String
    private let descriptor: Int32

    /// Opens a file; what cannot be read again is copied into one without a name first.
    init(_ path: String) throws {
        name = path
        let file = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw SeedError(
                detail: "\(path): neither an http or https address nor a file that can be read")
        }
        if lseek(file, 0, SEEK_CUR) >= 0 {
            descriptor = file
        } else {
            defer { close(file) }
            descriptor = try Self.copy(of: file, path)
        }
    }

    deinit { close(descriptor) }

    func reader() -> Reader { Reader(file: self) }

    func forEach(_ body: (WebAddress) -> Void) throws {
        var reader = reader()
        while let address = try reader.next() { body(address) }
    }

    private static func copy(of file: Int32, _ path: String) throws -> Int32 {
        var name = Array(
            "\(FileManager.default.temporaryDirectory.path)/selvage-XXXXXX".utf8CString)
        let copy = mkstemp(&name)
        guard copy >= 0 else { throw failure(path, "it cannot be copied to the temporary folder") }
        unlink(name)
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                close(copy)
                throw failure(path, "it cannot be read")
            }
            if count == 0 { return copy }
            var done = 0
            while done < count {
                let written = piece[done..<count].withUnsafeBytes {
                    write(copy, $0.baseAddress, $0.count)
                }
                guard written > 0 else {
                    close(copy)
                    throw failure(path, "it cannot be copied to the temporary folder")
                }
                done += written
            }
        }
    }

    private static func failure(_ path: String, _ what: String) -> SeedError {
        SeedError(detail: "\(path): \(what): \(String(cString: strerror(errno)))")
    }

    /// Reads a list file from its start.
    struct Reader {
        private static let size = 1 << 16

        let file: ListFile
        private var buffer: [UInt8] = []
        private var start = 0
        private var offset: off_t = 0
        private var line = 0
        private var hasEnded = false

        init(file: ListFile) {
            self.file = file
        }

        /// The next address; nil at the end.
        mutating func next() throws -> WebAddress? {
            while let text = try nextLine() {
                if text.isEmpty || text.hasPrefix("#") { continue }
                guard let address = WebAddress(text) else {
                    throw SeedError(
                        detail:
                            "\(file.name), line \(line): `\(text.prefix(80))` is not an http or https address"
                    )
                }
                return address
            }
            return nil
        }

        private mutating func nextLine() throws -> String? {
            while true {
                let rest = buffer[start...]
                if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    line += 1
                    start = end + 1
                    return Self.text(rest[..<end])
                }
                if hasEnded {
                    guard !rest.isEmpty else { return nil }
                    line += 1
                    start = buffer.count
                    return Self.text(rest)
                }
                // A line without an end is cut, and then is no address.
                guard rest.count <= 2 * WebAddress.limitInBytes + Self.size else {
                    hasEnded = true
                    continue
                }
                try fill()
            }
        }

        /// A line's text without white space around it.
        private static func text(_ line: ArraySlice<UInt8>) -> String {
            let line = line.drop { $0 <= 0x20 }
            let end = line.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? line.startIndex
            return String(decoding: line[..<end], as: UTF8.self)
        }

        private mutating func fill() throws {
            buffer.removeFirst(start)
            start = 0
            let old = buffer.count
            buffer.append(contentsOf: repeatElement(0, count: Self.size))
            let count = buffer.withUnsafeMutableBytes {
                pread(
                    file.descriptor,
                    UnsafeMutableRawBufferPointer(rebasing: $0[old...]).baseAddress, Self.size,
                    offset)
            }
            guard count >= 0 else { throw ListFile.failure(file.name, "it cannot be read") }
            buffer.removeLast(Self.size - count)
            offset += off_t(count)
            hasEnded = count == 0
        }
    }
}
