// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;
using Dragonfly.Core.Flow;

namespace Dragonfly.Testing.Origins;

/// <summary>
/// One path of a <see cref="ScriptedOrigin"/>: what it serves, how it misbehaves, what was asked of it. Knobs may be turned at any time; they hold for requests
/// that arrive later. Thread safe.
/// </summary>
public sealed class OriginPath
{
    private readonly StateWatch _watch;
    private readonly List<SeenRequest> _requests = [];
    private readonly Queue<ScriptedStatus> _statuses = new();
    private readonly ByteRateLimiter _limiter = new(null, TimeProvider.System);
    private long _bodyBytesSent;
    private int _answersInProgress;
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _generation = 1;

    internal OriginPath(string path, TestContent content, StateWatch watch)
    {
        Path = path;
        Content = content;
        _watch = watch;
        ETag = TagOf(content);
    }

    /// <summary>The path, with its leading slash.</summary>
    public string Path { get; }

    /// <summary>What it serves; changed by <see cref="ChangeTo"/>.</summary>
    public TestContent Content { get; private set; }

    /// <summary>The entity tag; null sends none.</summary>
    public string? ETag { get; set; }

    /// <summary>The Last-Modified text; null sends none.</summary>
    public string? LastModified { get; set; } = "Thu, 01 Jan 2026 00:00:00 GMT";

    /// <summary>More response headers, of contents and of refusals.</summary>
    public Dictionary<string, string> ExtraHeaders { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Answers every Range with the whole content and 200.</summary>
    public bool IgnoresRanges { get; set; }

    /// <summary>Sends whole contents chunked, without a length; together with <see cref="IgnoresRanges"/> no length is told anywhere.</summary>
    public bool IsChunked { get; set; }

    /// <summary>Cuts the connection after so many bytes of a body; null never.</summary>
    public long? CutBodyAfterBytes { get; set; }

    /// <summary>How many bodies are cut before the knob turns itself off.</summary>
    public int CutsLeft { get; set; } = int.MaxValue;

    /// <summary>Sent as Content-Range of every 206, in place of the right one.</summary>
    public string? WrongContentRange { get; set; }

    /// <summary>Stops after so many bytes of a body (0: after the headers; -1: before them) until <see cref="Release"/>; null never.</summary>
    public long? HangAfterBytes { get; set; }

    /// <summary>Content from this offset on is not sent, whatever range was asked for, until <see cref="Release"/>; null sends all.</summary>
    public long? WithholdFrom { get; set; }

    /// <summary>Decides on a refusal: a status, or null to go on. See also <see cref="RequireAuthorization"/>.</summary>
    public Func<SeenRequest, int?>? Refuse { get; set; }

    /// <summary>Redirects with this status to the location that is given for the request (null does not redirect); nothing is served.</summary>
    public (int Status, Func<SeenRequest, string?> Location)? Redirect { get; set; }

    /// <summary>Bytes a second of all bodies of this path together; null for no limit.</summary>
    public long? BytesPerSecond
    {
        get => _limiter.BytesPerSecond;
        set => _limiter.BytesPerSecond = value;
    }

    /// <summary>Number of requests that arrived.</summary>
    public int RequestCount => _watch.Read(() => _requests.Count);

    /// <summary>The requests that arrived, in order.</summary>
    public IReadOnlyList<SeenRequest> Requests => _watch.Read(() => _requests.ToArray());

    /// <summary>The Range headers that arrived, each once; a request without one counts as an empty text.</summary>
    public IReadOnlyList<string> DistinctRanges => [.. Requests.Select(request => request.Range ?? string.Empty).Distinct()];

    /// <summary>Content bytes handed to the network, of all answers (headers, chunk frames and error texts do not count).</summary>
    public long BodyBytesSent => _watch.Read(() => _bodyBytesSent);

    /// <summary>Answers that are being sent right now.</summary>
    public int AnswersInProgress => _watch.Read(() => _answersInProgress);

    /// <summary>Waits until so many requests arrived.</summary>
    /// <param name="count">How many since the start.</param>
    public Task WaitForRequestsAsync(int count) =>
        _watch.WaitAsync(() => _requests.Count >= count, () => $"request {count} to {Path} (so far {_requests.Count})");

    /// <summary>Waits until so many content bytes were sent.</summary>
    /// <param name="count">How many since the start.</param>
    public Task WaitForBytesAsync(long count) =>
        _watch.WaitAsync(() => _bodyBytesSent >= count, () => $"{count} bytes from {Path} (so far {_bodyBytesSent})");

    /// <summary>Waits until no answer is being sent.</summary>
    public Task WaitForIdleAsync() => _watch.WaitAsync(() => _answersInProgress == 0, () => $"{Path} to be idle ({_answersInProgress} answers go on)");

    /// <summary>Answers the next requests with these statuses, one each, before going back to normal.</summary>
    /// <param name="statuses">The statuses.</param>
    public OriginPath FailNext(params int[] statuses)
    {
        foreach (var status in statuses)
        {
            FailNext(status, retryAfter: null);
        }

        return this;
    }

    /// <summary>Answers the next request with a status and a Retry-After header.</summary>
    /// <param name="status">The status.</param>
    /// <param name="retryAfter">Seconds or a date; null sends none.</param>
    public OriginPath FailNext(int status, string? retryAfter)
    {
        _watch.Change(() => _statuses.Enqueue(new ScriptedStatus(status, retryAfter)));
        return this;
    }

    /// <summary>Answers everything with a status from now on.</summary>
    /// <param name="status">The status; null goes back to normal.</param>
    public OriginPath FailAlways(int? status)
    {
        Refuse = status is null ? null : _ => status;
        return this;
    }

    /// <summary>Answers 401 unless the Authorization header is this.</summary>
    /// <param name="authorization">For example <c>Bearer x</c>.</param>
    public OriginPath RequireAuthorization(string authorization)
    {
        Refuse = request => request["authorization"] == authorization ? null : 401;
        return this;
    }

    /// <summary>Replaces the content: new bytes, a new entity tag, a new date.</summary>
    /// <param name="content">The new content.</param>
    public void ChangeTo(TestContent content) => _watch.Change(() =>
    {
        Content = content;
        _generation++;
        ETag = ETag is null ? null : TagOf(content);
        LastModified = LastModified is null ? null : $"Thu, 01 Jan 2026 00:00:{_generation:00} GMT";
    });

    /// <summary>Lets hanging answers go on, and stops hanging and withholding.</summary>
    public void Release() => _watch.Change(() =>
    {
        HangAfterBytes = WithholdFrom = null;
        _released.TrySetResult();
        _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    });

    /// <summary>One version of everything that a change replaces.</summary>
    internal (TestContent Content, string? ETag, string? LastModified) Version => _watch.Read(() => (Content, ETag, LastModified));

    /// <summary>Takes note of a request.</summary>
    /// <returns>The status to answer with; null for a normal answer.</returns>
    internal ScriptedStatus? Arrive(SeenRequest request)
    {
        ScriptedStatus? status = null;
        _watch.Change(() =>
        {
            _requests.Add(request);
            _answersInProgress++;
            _ = _statuses.TryDequeue(out status);
        });
        return status ?? (Refuse?.Invoke(request) is { } refused ? new ScriptedStatus(refused, null) : null);
    }

    /// <summary>Takes note of the end of an answer.</summary>
    internal void Leave() => _watch.Change(() => _answersInProgress--);

    /// <summary>Takes note of bytes that were sent.</summary>
    internal void CountBytes(int count) => _watch.Change(() => _bodyBytesSent += count);

    /// <summary>Whether this body is to be cut, and where.</summary>
    internal long? TakeCut()
    {
        long? cut = null;
        _watch.Change(() => cut = CutBodyAfterBytes is not null && CutsLeft-- > 0 ? CutBodyAfterBytes : null);
        return cut;
    }

    /// <summary>Waits while an answer is to stop here; the look and the wait are one, so that no release is missed.</summary>
    /// <param name="sent">Bytes of this body that were sent; -1 before the head.</param>
    /// <param name="offset">Where in the content the next byte is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task HoldAsync(long sent, long offset, CancellationToken cancellationToken)
    {
        while (_watch.Read(() => LeftBeforeHold(sent, offset) <= 0 ? _released.Task : null) is { } released)
        {
            await released.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Bytes that may be sent before an answer is to stop.</summary>
    internal long LeftBeforeHold(long sent, long offset)
    {
        var hang = HangAfterBytes is { } bytes && (bytes < 0) == (sent < 0) ? (bytes < 0 ? 0 : bytes - sent) : long.MaxValue;
        return sent >= 0 && WithholdFrom is { } from ? Math.Min(hang, from - offset) : hang;
    }

    /// <summary>Waits for the rate.</summary>
    internal ValueTask LimitAsync(int bytes, CancellationToken cancellationToken) => _limiter.AcquireAsync(bytes, cancellationToken);

    private static string TagOf(TestContent content) => $"\"{Crc32.Compute(content.Bytes.Span):x8}-{content.Length:x}\"";
}
