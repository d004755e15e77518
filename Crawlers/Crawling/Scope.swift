// Which addresses belong to a plan.

public import SelvageTypes

/// Which addresses belong to a plan.
public struct Scope: Hashable, Sendable {
    private let hosts: Set<String>
    private let suffixes: [String]
    private let excluded: [String]

    /// A scope of hosts and path prefixes.
    ///
    /// - Parameters:
    ///   - hosts: Host names; `*.shop.example` is that name and every name under it. Without any,
    ///     the seeds' hosts. A seed's own host belongs to the plan always.
    ///   - excluding: Beginnings of paths that are left out.
    public init(hosts patterns: [String], seeds: [WebAddress], excluding: [String]) {
        let patterns = patterns.map { $0.lowercased() }
        suffixes = patterns.filter { $0.hasPrefix("*.") }.map { String($0.dropFirst()) }
        hosts = Set(patterns.filter { !$0.hasPrefix("*.") } + seeds.map(\.host))
        excluded = excluding
    }

    /// Whether a host's pages belong to the plan.
    func holds(host: String) -> Bool {
        hosts.contains(host) || suffixes.contains { ".\(host)".hasSuffix($0) }
    }

    /// The beginning of a path by which an address is left out; nil when none does.
    func exclusion(of address: WebAddress) -> String? {
        let path = address.path
        return excluded.first { path.hasPrefix($0) }
    }

    /// Whether a page belongs to the plan.
    public func holds(_ address: WebAddress) -> Bool {
        let host = address.host
        guard hosts.contains(host) || suffixes.contains(where: { ".\(host)".hasSuffix($0) })
        else { return false }
        guard !excluded.isEmpty else { return true }
        let path = address.path
        return !excluded.contains { path.hasPrefix($0) }
    }
}
