// Seeds that are too many to be held in memory.

public import SelvageTypes

/// Seeds that are too many to be held in memory, such as a list of ten million addresses.
public protocol SeedSource: Sendable {
    /// Hands the seeds over piece by piece, in their order; each call begins anew.
    func forEachPiece(_ body: @Sendable ([Target]) async throws -> Void) async throws
}
