// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;

namespace Dragonfly.Backends.Http;

/// <summary>What one attempt at a question gave.</summary>
/// <param name="Result">The answer or why not.</param>
/// <param name="MayRetry">Whether asking again may help.</param>
/// <param name="RetryAfter">The answer's Retry-After as sent, or null.</param>
internal readonly record struct HttpAttempt(Result<OriginResponse> Result, bool MayRetry = false, string? RetryAfter = null);
