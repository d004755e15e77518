// What a failed fetch or a status means for its address.

internal import SelvageTypes

/// What a failed fetch or a status means for its address.
struct FetchJudgement {
    let reason: NotChecked
    /// Whether another try may end otherwise.
    let mayRetry: Bool
    /// Whether the host itself could not be reached.
    let isHostFailure: Bool

    /// The meaning of a failure; nil when it was cancelled and means nothing.
    init?(_ error: FetchError) {
        switch error.reason {
        case .cancelled: return nil
        case .unsupportedAddress, .forbiddenAddress:
            (reason, mayRetry, isHostFailure) = (.forbidden, false, false)
        case .nameNotResolved, .unreachable, .tlsFailed:
            (reason, mayRetry, isHostFailure) = (.unreachable, true, true)
        case .timedOut:
            let wasReached = !error.hops.isEmpty
            (reason, mayRetry, isHostFailure) =
                (wasReached ? .overLimit : .unreachable, true, !wasReached)
        case .tooLarge, .headersTooLarge:
            (reason, mayRetry, isHostFailure) = (.overLimit, false, false)
        case .tooManyRedirects, .badRedirect:
            (reason, mayRetry, isHostFailure) = (.serverError, false, false)
        case .brokenAnswer, .badEncoding:
            (reason, mayRetry, isHostFailure) = (.unreachable, true, false)
        }
    }

    /// The meaning of a status; nil when it is a success.
    init?(status: Int) {
        isHostFailure = false
        switch status {
        case 200..<300: return nil
        case 401, 403: (reason, mayRetry) = (.refused, false)
        case 404, 410: (reason, mayRetry) = (.gone, false)
        case 429, 503: (reason, mayRetry) = (.throttled, true)
        case 408, 500, 502, 504: (reason, mayRetry) = (.serverError, true)
        default: (reason, mayRetry) = (.serverError, false)
        }
    }
}
