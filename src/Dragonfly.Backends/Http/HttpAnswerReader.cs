// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Globalization;
using System.Net.Http.Headers;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;

namespace Dragonfly.Backends.Http;

/// <summary>
/// Reads an answer's head and decides whether it is what was asked for. An answer that is not exactly the asked range, or that belongs to another
/// generation, is Corrupt: a piece of it would poison the swarm.
/// </summary>
/// <param name="request">What was asked.</param>
/// <param name="answer">The answer; owned by the result, or disposed.</param>
/// <param name="activityTimeout">How long its body may be silent.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpAnswerReader(PreparedRequest request, HttpAnswer answer, TimeSpan activityTimeout, TimeProvider time)
{
    private readonly Dictionary<string, string> _headers = HeadersOf(answer.Message);

    /// <summary>Reads the answer.</summary>
    /// <returns>What the attempt gave.</returns>
    internal HttpAttempt Read()
    {
        var content = answer.Message.Content.Headers;
        var attempt = answer.Status switch
        {
            206 => Partial(),
            304 when request.Revalidate => new HttpAttempt(NotModified()),
            412 when request.Generation is not null => new HttpAttempt(Changed("it is no longer the version that this download began with")),
            416 => Unsatisfiable(),
            >= 200 and <= 299 => Checked((0, content.ContentLength), content.ContentLength, isPartial: false),
            _ => Refused(),
        };
        if (attempt.Result is not { IsSuccess: true, Value.Body: OriginBodyStream })
        {
            answer.Dispose();
        }

        return attempt;
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage answer)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            headers[name.ToLowerInvariant()] = values.ToString();
        }

        // Of one transfer, not of the content: kept, they would lie about the whole.
        headers.Remove("content-range");
        headers.Remove("transfer-encoding");
        return headers;
    }

    private HttpAttempt Partial()
    {
        var sent = ContentRange();
        if (request.Range is not { } asked)
        {
            return new HttpAttempt(Wrong($"sent a part ('{sent}') though the whole was asked for"));
        }

        if (!ContentRangeHeaderValue.TryParse(sent, out var range) || range is not { Unit: "bytes", From: { } from, To: { } to })
        {
            return new HttpAttempt(Wrong($"was asked for {asked} and answered with the range '{sent}'"));
        }

        // While nobody knows the length, a range may be asked for that reaches beyond the end.
        var last = range.Length is { } total ? Math.Min(asked.End, total) - 1 : Math.Min(asked.End - 1, to);
        if (from != asked.Start || to != last)
        {
            return new HttpAttempt(Wrong($"was asked for {asked} and answered with the range '{sent}'"));
        }

        var length = to - from + 1;
        return answer.Message.Content.Headers.ContentLength is { } announced && announced != length
            ? new HttpAttempt(Wrong($"announced the range '{sent}' for {asked}, but a body of {announced} bytes"))
            : Checked((from, length), range.Length, isPartial: true);
    }

    // "bytes */0" is how an empty content answers every range (RFC 9110 §15.5.17).
    private HttpAttempt Unsatisfiable()
    {
        var total = ContentRangeHeaderValue.TryParse(ContentRange(), out var range) ? range.Length : null;
        return total == 0 ? Checked((0, 0), 0, isPartial: false)
            : total is not null && request.Generation is not null ? new HttpAttempt(Changed($"it has {total} bytes now"))
            : Refused();
    }

    private HttpAttempt Refused()
    {
        var status = answer.Status;
        return new HttpAttempt(
            HttpFailures.Of(request.Url, new OriginAnswer(status, _headers), answer.Message.ReasonPhrase),
            MayRetry: status is 408 or 429 or 500 or 502 or 503 or 504,
            RetryAfter: _headers.GetValueOrDefault("retry-after"));
    }

    private OriginResponse NotModified() => new(Stream.Null)
    {
        Range = (0, 0),
        TotalLength = request.Generation?.Layout.ContentLength,
        IsPartial = true,
        NotModified = true,
        ETag = _headers.GetValueOrDefault("etag"),
        LastModified = _headers.GetValueOrDefault("last-modified"),
        Headers = _headers.ToFrozenDictionary(),
    };

    private HttpAttempt Checked((long Start, long? Length) range, long? total, bool isPartial)
    {
        var response = Response(range, total, isPartial);

        // A revalidation asks whether the generation changed: there a change is an answer, not an error.
        if (request.Generation is not { } then || request.Revalidate)
        {
            return new HttpAttempt(response);
        }

        var now = response.ToGeneration(then.Layout.PieceLength);
        return then.MayEqual(now) ? new HttpAttempt(response) : new HttpAttempt(Changed(Difference(then, now)));
    }

    private OriginResponse Response((long Start, long? Length) range, long? total, bool isPartial)
    {
        _headers.Remove("content-length");
        if (total is { } length)
        {
            _headers["content-length"] = length.ToString(CultureInfo.InvariantCulture);
        }

        var isRefusal = !answer.Message.IsSuccessStatusCode;
        return new OriginResponse(isRefusal ? Stream.Null : new OriginBodyStream(request.Url, answer, range.Length, activityTimeout, time))
        {
            Range = range,
            TotalLength = total,
            IsPartial = isPartial,
            ETag = _headers.GetValueOrDefault("etag"),
            LastModified = _headers.GetValueOrDefault("last-modified"),
            Headers = _headers.ToFrozenDictionary(),
        };
    }

    private static string Difference(ContentGeneration then, ContentGeneration now) =>
        now.Layout.ContentLength is { } length && then.Layout.ContentLength is { } before && length != before
            ? $"it had {before} bytes and has {length} now"
            : then.ETag is not null && now.ETag is not null ? $"its ETag was {then.ETag} and is {now.ETag} now"
            : $"it was last modified {then.LastModified} and now {now.LastModified}";

    private Failure Changed(string how) => new(
        FailureKind.Corrupt, FailureSource.Origin,
        $"{SafeUrl.Of(request.Url)}: the content changed at the origin during the download: {how}. The download has to begin again.");

    private Failure Wrong(string how) => new(
        FailureKind.Corrupt, FailureSource.Origin,
        $"{SafeUrl.Of(request.Url)}: the origin {how}. Nothing of it is used; ask whoever runs the origin.");

    private string ContentRange() =>
        answer.Message.Content.Headers.NonValidated.TryGetValues("Content-Range", out var values) ? values.ToString() : string.Empty;
}
