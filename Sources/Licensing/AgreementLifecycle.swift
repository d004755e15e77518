// How an agreement's state follows from what is reported under it; people do the rest.

public import SelvageTypes

/// The automatic part of an agreement's states.
///
/// Only `active`, `due` and `in-cure` change by themselves, among each other and to `expired`.
/// Nothing is ever suspended, terminated or revived automatically.
public enum AgreementLifecycle {
    /// The state after a report, with the reason when it changes.
    ///
    /// - Parameters:
    ///   - verdicts: The verdicts of all deployments under the agreement, as reported last.
    ///   - end: When the agreement's last permission ends.
    /// - Returns: nil when the state stays.
    public static func next(
        after state: AgreementState, verdicts: Set<Verdict.Kind>, end: Instant?, at now: Instant
    ) -> (state: AgreementState, reason: String)? {
        guard state.isInForce else { return nil }
        if let end, now > end { return (.expired, "The last permission ended at \(end).") }
        let wanted: (AgreementState, String)
        if verdicts.contains(.exceedsTier) || verdicts.contains(.outOfScope) {
            wanted = (.inCure, "A use by the licensee exceeds its tier or is out of scope.")
        } else if verdicts.contains(.authorisedDutyOpen) || verdicts.contains(.breach) {
            wanted = (.due, "A duty is open.")
        } else if verdicts.contains(.unknown) || verdicts.contains(.prohibited) {
            // Neither says that all is well; people look at both.
            return nil
        } else {
            wanted = (.active, "Every use is within the licence and every duty is met.")
        }
        return wanted.0 == state ? nil : wanted
    }
}
