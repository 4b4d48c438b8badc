// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Grpc;

/// <summary>The check of one request message against the protocol's rules.</summary>
internal static class RequestRules
{
    /// <summary>The check, or null when the server does not ask for one or the message has no rules.</summary>
    public static Action<TRequest>? For<TRequest>(GrpcServerOptions options)
        where TRequest : class
    {
        _ = options;
        return null;
    }
}
