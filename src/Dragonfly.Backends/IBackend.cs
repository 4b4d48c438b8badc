// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;

namespace Dragonfly.Backends;

/// <summary>Speaks to one sort of origin. Thread safe.</summary>
public interface IBackend
{
    /// <summary>The URL schemes it serves, in lower case.</summary>
    IReadOnlyCollection<string> Schemes { get; }

    /// <summary>
    /// Asks the origin for content. Redirects, transient errors and Retry-After are dealt with inside. The answer's body is not read yet.
    /// </summary>
    /// <param name="request">What to ask.</param>
    /// <param name="cancellationToken">Ends the request; after the return it no longer matters, disposing the answer ends the body.</param>
    /// <returns>The answer, or a failure whose source is the origin and which carries status and headers if it answered.</returns>
    Task<Result<OriginResponse>> OpenAsync(OriginRequest request, CancellationToken cancellationToken);
}
