// Runs servers together, and stops them without dropping a connection that was just accepted.

public import Logging
public import ServiceLifecycle

/// Runs servers together until the task is cancelled.
public enum ServerGroup {
    /// Runs servers; a cancelled task shuts them down gracefully.
    ///
    /// A server whose task is cancelled while it accepts a connection would lose that connection
    /// half made, which SwiftNIO takes for a programming error and stops the process. So a cancelled
    /// task only asks them to end: they stop listening, finish what they are at, and are cancelled
    /// after three seconds.
    ///
    /// - Throws: What a server throws that could not start or failed.
    public static func run(_ servers: [any Service], logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: servers.map { .init(service: $0) }, logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(3)
        let group = ServiceGroup(configuration: configuration)
        // A task of its own, so that cancelling ours does not cancel the servers at once.
        let work = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            Task { await group.triggerGracefulShutdown() }
        }
    }
}
