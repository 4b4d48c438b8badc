// SPDX-License-Identifier: Apache-2.0

using System.Collections.Immutable;
using Google.Protobuf;

namespace Dragonfly.Protocol.Validation;

/// <summary>The protocol's rules for one message type (PROTOCOL §3.4), those of the messages inside it included.</summary>
/// <typeparam name="T">A generated message.</typeparam>
/// <remarks>The rules are read once from the embedded table and become a list of delegates: a check reads fields through their
/// generated getters, without reflection, boxing or allocation; only a broken rule builds text. Thread safe.</remarks>
public static class MessageRules<T>
    where T : class, IMessage<T>, new()
{
    private static readonly ImmutableArray<Func<T, string?>> Checks = RuleCompiler.Compile<T>();

    /// <summary>Looks for a broken rule.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Null when all rules hold; else the path of the field and what is wrong with it, for example
    /// <c>register_peer_request.download.url: is not an absolute URI</c>.</returns>
    public static string? FindViolation(T message)
    {
        foreach (var check in Checks)
        {
            if (check(message) is { } violation)
            {
                return violation;
            }
        }

        return null;
    }
}
