// The version that is shown, sent and recorded.

/// The version of Selvage.
public enum Version {
    /// Semantic version.
    public static let current = "0.1.0"
}
