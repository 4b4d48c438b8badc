// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Urls;

namespace Dragonfly.Backends.Http;

/// <content>
/// Redirects. They are followed here and not by the HTTP library because credentials must not cross to another origin, because targets of temporary
/// redirects are remembered for the other pieces of a task, and because a signed target that expired must be asked for anew.
/// </content>
public sealed partial class HttpBackend
{
    /// <summary>The number at which browsers and curl's users give up is 20 to 50; a chain of more than ten is a loop.</summary>
    private const int MaxRedirects = 10;

    private async Task<Result<HttpAnswer>> FollowAsync(PreparedRequest request, CancellationToken cancellationToken)
    {
        if (_redirects.TryGet(request.MemoryKey, out var remembered))
        {
            var answer = await SendAsync(request, WebUrl.Parse(remembered.OriginalString), mayCarryCredentials: IsSameOrigin(request, remembered), cancellationToken);
            if (answer.Status is not (401 or 403) && !IsRedirect(answer))
            {
                return answer;
            }

            answer.Dispose();
            _redirects.Remove(request.MemoryKey);
            LogTargetExpired(SafeUrl.Of(request.Url), SafeUrl.Of(remembered));
        }

        var url = request.ParsedUrl;
        var mayCarryCredentials = true;
        var mayRemember = _options.EnableCacheTemporaryRedirect;
        for (var hops = 0; hops <= MaxRedirects; hops++)
        {
            var answer = await SendAsync(request, url, mayCarryCredentials, cancellationToken);
            if (!IsRedirect(answer))
            {
                if (hops > 0 && mayRemember && answer.Message.IsSuccessStatusCode)
                {
                    _redirects.Set(request.MemoryKey, url.ToUri(), _options.CacheTemporaryRedirectTTL);
                }

                return answer;
            }

            var target = Target(url, answer);
            mayRemember &= answer.Status is 307 or 308
                && answer.Message.Headers.CacheControl is not { NoStore: true };
            answer.Dispose();
            if (target is null)
            {
                return new Failure(
                    FailureKind.Rejected, FailureSource.Origin,
                    $"{SafeUrl.Of(request.Url)} redirects ({answer.Status}) without a usable Location. Ask whoever runs the origin.");
            }

            // Once dropped, credentials stay dropped: a foreign host may redirect back to a path of its choosing.
            mayCarryCredentials &= target.Origin == request.ParsedUrl.Origin;
            LogRedirect(SafeUrl.Of(request.Url), SafeUrl.Of(target.ToUri()), mayCarryCredentials);
            url = target;
        }

        return new Failure(
            FailureKind.Rejected, FailureSource.Origin,
            $"{SafeUrl.Of(request.Url)} redirects more than {MaxRedirects} times, the last time to {SafeUrl.Of(url.ToUri())}: most likely a loop.");
    }

    private static bool IsRedirect(HttpAnswer answer) => answer.Status is 301 or 302 or 303 or 307 or 308;

    private static bool IsSameOrigin(PreparedRequest request, Uri target) => WebUrl.Parse(target.OriginalString).Origin == request.ParsedUrl.Origin;

    // Only http and https are followed: a redirect must not reach local files or other backends.
    private static WebUrl? Target(WebUrl from, HttpAnswer answer) =>
        answer.Message.Headers.NonValidated.TryGetValues("Location", out var values)
        && from.TryResolve(values.ToString(), out var target)
        && target.Scheme is "http" or "https"
            ? target
            : null;

    private async Task<HttpAnswer> SendAsync(PreparedRequest request, WebUrl url, bool mayCarryCredentials, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(url, mayCarryCredentials);
        var place = await _gate.EnterAsync(url.Origin, cancellationToken);
        try
        {
            // Until the headers are here the whole wait is one silence; connecting has its own limit in the handler.
            using var silence = new CancellationTokenSource(_options.ActivityTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
            return new HttpAnswer(await _clients.For(request.TrustedCertificates).SendAsync(message, either.Token), place);
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }
}
