// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using Dragonfly.Core.Failures;

namespace Dragonfly.Hosting.Options;

/// <summary>Reads <c>host:port</c> as Go writes it: <c>:8080</c>, <c>127.0.0.1:8080</c>, <c>[::1]:8080</c>, <c>localhost:8080</c>.</summary>
public static class ListenAddress
{
    /// <summary>Reads an address.</summary>
    /// <param name="key">The key that it stands under, for the message.</param>
    /// <param name="text">The text.</param>
    /// <returns>The address, null for all, and the port.</returns>
    /// <exception cref="DragonflyException">It is none.</exception>
    public static (IPAddress? Address, int Port) Parse(string key, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        if (colon >= 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            var host = text[..colon].Trim('[', ']');
            if (host.Length == 0)
            {
                return (null, port);
            }

            if (IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out var address))
            {
                return (address, port);
            }
        }

        throw new Failure(FailureKind.Invalid, FailureSource.Caller, $"{key} is '{text}'; write it as address:port, for example 127.0.0.1:8080 or :8080.")
            .ToException();
    }
}
