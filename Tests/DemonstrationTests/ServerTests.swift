// The demo's servers on real sockets: ready, stopped, and refused with a clear sentence.

import Foundation
import Glibc
import Testing

@testable import Demonstration

@Suite("Demo servers")
struct ServerTests {
    @Test("The servers say when they accept connections, and end when the task is cancelled")
    func startAndStop() async throws {
        let world = DemoWorld(
            addresses: (1...5).map { "127.0.11.\($0)" }, port: try freePort("127.0.11.1").port)
        let servers = DemoServers(world)
        let (ready, announce) = AsyncStream.makeStream(of: Void.self)
        let running = Task { try await servers.run { announce.finish() } }
        for await _ in ready {}
        #expect(throws: DemoServerError.self) {
            try DemoServers.check("127.0.11.3", port: world.port)
        }
        running.cancel()
        try await running.value
        #expect(throws: Never.self) { try DemoServers.check("127.0.11.3", port: world.port) }
    }

    @Test("A busy port is named, with what to do about it")
    func busyPort() async throws {
        let (socket, port) = try freePort("127.0.12.3", keep: true)
        defer { close(socket) }
        let servers = DemoServers(
            DemoWorld(addresses: (1...5).map { "127.0.12.\($0)" }, port: port))
        await #expect {
            try await servers.run()
        } throws: { error in
            guard let error = error as? DemoServerError else { return false }
            return error.reason == .portInUse
                && error.description
                    == "Port \(port) on 127.0.12.3 is in use; stop the program that listens there, or pass --port."
        }
    }

    /// A port that the system chose; the socket listens on while `keep` is set.
    private func freePort(_ address: String, keep: Bool = false) throws -> (
        socket: Int32, port: Int
    ) {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(socket >= 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, address, &name.sin_addr)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 1) == 0
                    && getsockname(socket, $0, &length) == 0
            }
        }
        try #require(bound)
        if !keep { close(socket) }
        return (socket, Int(UInt16(bigEndian: name.sin_port)))
    }
}
