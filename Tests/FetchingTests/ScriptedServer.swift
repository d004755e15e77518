// A web server on loopback that answers with exactly the bytes a test gives it.

import Foundation
import Glibc
import SelvageTypes
import Synchronization

@testable import Fetching

/// A web server on loopback that answers with scripted bytes.
final class ScriptedServer: Sendable {
    /// One step of an answer.
    enum Act: Sendable {
        case send([UInt8])
        /// Sends the same bytes until the client goes away.
        case sendForEver([UInt8])
        /// Says nothing more until the client goes away.
        case hang
        case close

        static func text(_ text: String) -> Act { .send(Array(text.utf8)) }
    }

    /// A request as it came in.
    struct Request: Sendable {
        /// The connection's number, from 1.
        var connection: Int
        var head: String
        var target: String { String(head.split(separator: " ").dropFirst().first ?? "") }
        /// The value of a field; nil when it is absent.
        func field(_ name: String) -> String? {
            head.split(separator: "\r\n").dropFirst().lazy
                .map { $0.split(separator: ":", maxSplits: 1) }
                .first { $0.first?.lowercased() == name.lowercased() }
                .map { $0.count > 1 ? $0[1].drop { $0 == " " }.description : "" }
        }
    }

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var open: Set<Int32> = []
        var bytesSent = 0
    }

    typealias Script = @Sendable (Request) -> [Act]

    let port: Int
    private let listener: Int32
    private let state = Mutex(State())
    private let script: Script

    /// Listens on a port that the system picks.
    init(_ script: @escaping Script) throws {
        self.script = script
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, size) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, raw, &size) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { self.accept() }
    }

    /// Ends the server and every connection.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        state.withLock { state in
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    var requests: [Request] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.connections } }
    var bytesSent: Int { state.withLock { $0.bytesSent } }
    var openConnections: Int { state.withLock { $0.open.count } }

    func address(_ target: String = "/") -> String { "http://127.0.0.1:\(port)\(target)" }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let number = state.withLock { state in
                state.open.insert(descriptor)
                state.connections += 1
                return state.connections
            }
            Thread.detachNewThread { self.serve(descriptor, number) }
        }
        close(listener)
    }

    private func serve(_ descriptor: Int32, _ number: Int) {
        while let request = read(descriptor, number) {
            state.withLock { $0.requests.append(request) }
            guard script(request).allSatisfy({ perform($0, descriptor) }) else { break }
        }
        state.withLock { state in
            state.open.remove(descriptor)
            close(descriptor)
        }
    }

    /// Reads a request and, if Content-Length gives it one, its body.
    private func read(_ descriptor: Int32, _ number: Int) -> Request? {
        var bytes: [UInt8] = []
        var request: Request?
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            if request == nil {
                let text = latin1Text(bytes)
                request = text.firstRange(of: "\r\n\r\n").map {
                    Request(connection: number, head: String(text[..<$0.upperBound]))
                }
            }
            if let request {
                let length = request.field("content-length").flatMap { Int($0) } ?? 0
                if bytes.count >= request.head.unicodeScalars.count + length { return request }
            }
            let count = recv(descriptor, &piece, piece.count, 0)
            guard count > 0 else { return nil }
            bytes += piece.prefix(count)
        }
    }

    /// - Returns: Whether the connection lives on.
    private func perform(_ act: Act, _ descriptor: Int32) -> Bool {
        switch act {
        case .send(let bytes): return send(bytes, descriptor)
        case .sendForEver(let bytes):
            while send(bytes, descriptor) {}
            return false
        case .hang:
            var byte: UInt8 = 0
            while recv(descriptor, &byte, 1, 0) > 0 {}
            return false
        case .close: return false
        }
    }

    private func send(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Glibc.send(
                    descriptor, all.baseAddress?.advanced(by: sent), bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
            state.withLock { $0.bytesSent += count }
        }
        return true
    }
}

extension ScriptedServer.Act {
    /// A whole answer with its length.
    static func answer(
        _ body: String = "", status: String = "200 OK", fields: [String] = []
    ) -> Self {
        answer(Array(body.utf8), status: status, fields: fields)
    }

    /// A whole answer with its length.
    static func answer(
        _ body: [UInt8], status: String = "200 OK", fields: [String] = []
    ) -> Self {
        let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.count)"] + fields + ["", ""]
        return .send(Array(head.joined(separator: "\r\n").utf8) + body)
    }

    /// An answer that sends the client on.
    static func redirect(_ location: String, status: String = "302 Found") -> Self {
        answer("gone on", status: status, fields: ["Location: \(location)"])
    }

    static let chunkedHead = Self.text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
}
