// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Manager.Membership;

internal sealed partial class LeaseTable
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Member} is active.")]
    private partial void LogActive(Member member);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Member} ended its keep-alive and is inactive.")]
    private partial void LogEnded(Member member);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Member} was silent for three intervals and is inactive.")]
    private partial void LogExpired(Member member);

    [LoggerMessage(Level = LogLevel.Error, Message = "Could not {What}; it is tried again.")]
    private partial void LogFailed(string what, Exception exception);
}
