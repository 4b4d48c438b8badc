// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Backends.Http;

/// <content>Log.</content>
public sealed partial class HttpBackend
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Asking {Url} again in {Pause}: {Reason}")]
    private partial void LogRetry(string url, string reason, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Url} redirects to {Target}; credentials go along: {WithCredentials}")]
    private partial void LogRedirect(string url, string target, bool withCredentials);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The remembered target {Target} of {Url} is no longer good; asking for a new one")]
    private partial void LogTargetExpired(string url, string target);
}
