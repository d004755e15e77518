// What a visit and an outcome add to the statistics of a run.

internal import SelvageTypes

extension CrawlStatistics {
    mutating func ended(_ visit: Visit) {
        requests += 1
        switch visit.result {
        case .success(let capture):
            answers[capture.status, default: 0] += 1
            bytes += Int64(capture.bodyInBytes)
            let time = capture.ended.milliseconds(since: capture.began)
            totalMilliseconds += time
            longestMilliseconds = max(longestMilliseconds, time)
        case .failure: failures += 1
        }
    }

    mutating func ended(_ outcome: TargetOutcome) {
        switch outcome.ending {
        case .done(let reason?): notChecked[reason, default: 0] += 1
        case .done(nil): break
        case .again: retries += 1
        }
    }
}
