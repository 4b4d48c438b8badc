// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using Dragonfly.Core.Failures;

namespace Dragonfly.Manager.Options;

/// <summary>Reads <c>host:port</c> as Go writes it: <c>:8080</c>, <c>127.0.0.1:8080</c>, <c>[::1]:8080</c>, <c>localhost:8080</c>.</summary>
internal static class ListenAddress
{
    internal static (IPAddress? Address, int Port) Parse(string key, string text)
    {
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
