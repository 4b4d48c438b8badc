// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Failures;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Backends.Http;

/// <summary>
/// HTTP and HTTPS origins. Certificates are verified, redirects are followed by hand (credentials stay with their origin), transient failures are
/// repeated with back-off, and an answer is taken only if it is exactly what was asked for, of the generation that was asked for. Thread safe.
/// </summary>
/// <remarks>
/// One question goes through these steps: 1. the memory of refusals; 2. redirects, from the remembered target if there is one (<c>.Redirects.cs</c>);
/// 3. reading the answer (<see cref="HttpAnswerReader"/>); 4. on a transient failure a pause and step 2 again.
/// A body that breaks off later is the caller's business: it alone knows what it has already.
/// </remarks>
public sealed partial class HttpBackend : IBackend, IDisposable
{
    /// <summary>Entries of each memory: the original's number for redirects; a few hundred bytes each.</summary>
    private const int MemoryEntries = 1000;

    private readonly HttpBackendOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClients _clients;
    private readonly HostGate _gate;
    private readonly RetryDelays _delays;
    private readonly TimedMemory<Uri> _redirects;
    private readonly TimedMemory<Failure> _refusals;

    /// <summary>Makes the backend.</summary>
    /// <param name="options">How to speak.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">For spreading repetitions.</param>
    /// <param name="logger">The log.</param>
    public HttpBackend(HttpBackendOptions options, TimeProvider time, Random random, ILogger<HttpBackend> logger)
        : this(options, time, random, logger, HttpClient.DefaultProxy)
    {
    }

    /// <summary>Makes the backend with a proxy other than the environment's.</summary>
    /// <param name="options">How to speak.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">For spreading repetitions.</param>
    /// <param name="logger">The log.</param>
    /// <param name="proxy">The proxy.</param>
    internal HttpBackend(HttpBackendOptions options, TimeProvider time, Random random, ILogger<HttpBackend> logger, IWebProxy proxy)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _logger = logger;
        _clients = new HttpClients(options, new OriginProxy(proxy));
        _gate = new HostGate(options.MaxConnectionsPerHost);
        _delays = new RetryDelays(options, time, random);
        _redirects = new TimedMemory<Uri>(MemoryEntries, time);
        _refusals = new TimedMemory<Failure>(MemoryEntries, time);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Schemes { get; } = ["http", "https"];

    /// <inheritdoc/>
    public async Task<Result<OriginResponse>> OpenAsync(OriginRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var prepared = PreparedRequest.From(request, _options);
        if (!prepared.IsSuccess)
        {
            return prepared.Failure;
        }

        var key = prepared.Value.MemoryKey;
        if (_refusals.TryGet(key, out var refusal))
        {
            return refusal;
        }

        for (var attempt = 0; ; attempt++)
        {
            var (result, mayRetry, retryAfter) = await AttemptAsync(prepared.Value, cancellationToken);
            if (result.IsSuccess)
            {
                return result;
            }

            var pause = mayRetry && attempt < _options.MaxRetries ? _delays.Next(attempt, retryAfter) : null;
            if (pause is not { } delay)
            {
                return Remember(key, attempt == 0 ? result.Failure : result.Failure with { Detail = $"{result.Failure.Detail} Tried {attempt + 1} times." });
            }

            LogRetry(SafeUrl.Of(request.Url), result.Failure.Detail, delay);
            await Task.Delay(delay, _time, cancellationToken);
        }
    }

    /// <summary>Closes all connections; answers that are still open end.</summary>
    public void Dispose() => _clients.Dispose();

    private Failure Remember(string key, Failure failure)
    {
        if (failure.Origin?.StatusCode is 403 or 404 or 410)
        {
            _refusals.Set(key, failure, _options.NegativeCacheTTL);
        }

        return failure;
    }

    private async Task<HttpAttempt> AttemptAsync(PreparedRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var sent = await FollowAsync(request, cancellationToken);
            if (!sent.IsSuccess)
            {
                return new HttpAttempt(sent.Failure);
            }

            // Some origins refuse every range of an empty or generated content without saying its length: ask for all of it.
            var attempt = new HttpAnswerReader(request, sent.Value, _options.ActivityTimeout, _time).Read();
            return attempt.Result.Failure?.Origin?.StatusCode == 416 && request.Range is { Start: 0 }
                ? await AttemptAsync(request.WithoutRange(), cancellationToken)
                : attempt;
        }
        catch (HttpRequestException error)
        {
            return new HttpAttempt(HttpFailures.Of(request.Url, error), error.HttpRequestError != HttpRequestError.SecureConnectionError);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HttpAttempt(HttpFailures.Silent(request.Url, _options.ActivityTimeout), MayRetry: true);
        }
    }
}
