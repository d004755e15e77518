// The file tdmrep.json: what a host states about text and data mining of its paths.

internal import Foundation
public import SelvageTypes

/// What `/.well-known/tdmrep.json` states.
///
/// - Source: TDM Reservation Protocol, section 6.1: the first rule whose location matches holds.
public struct ReservationFile: Sendable {
    /// Where the file is on a host.
    public static let path = "/.well-known/tdmrep.json"
    /// More rules than this are left out.
    static let ruleLimit = 1000
    /// Longer texts are left out.
    static let textLimit = 2000

    /// What it states, in order of its rules.
    public let terms: [HostTerm]

    /// Reads a file.
    ///
    /// Members that are missing or of another kind state nothing; a file that is no list states
    /// nothing at all.
    public init(_ body: [UInt8], address: WebAddress) {
        guard let value = try? JSONReader.read(body, isForgiving: true),
            case .array(let rules) = value
        else {
            terms = []
            return
        }
        var terms: [HostTerm] = []
        for (number, rule) in rules.prefix(Self.ruleLimit).enumerated() {
            guard let pattern = rule["location"]?.string, pattern.utf8.count <= Self.textLimit
            else { continue }
            func state(_ name: UseTerm.Name, _ value: String) {
                let term = UseTerm(
                    name, value, source: .reservationFile, place: address.description)
                terms.append(HostTerm(term, pattern: pattern, rule: number))
            }
            if let reserved = Self.reservation(rule["tdm-reservation"]) {
                state(.reservation, reserved)
            }
            if let policy = rule["tdm-policy"]?.string, policy.utf8.count <= Self.textLimit {
                state(.policy, WebAddress(policy, relativeTo: address)?.description ?? policy)
            }
        }
        self.terms = terms
    }

    /// `1`, `0`, or nothing; as a number or as text.
    private static func reservation(_ value: JSONValue?) -> String? {
        switch value {
        case .number(let number)? where number == 0 || number == 1: "\(number)"
        case .string(let text)? where text == "0" || text == "1": text
        case .bool(let isReserved)?: isReserved ? "1" : "0"
        default: nil
        }
    }
}
