// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Adds header values as they are; <c>Append</c> of the framework drops empty ones, which metadata may hold.</summary>
internal static class HeaderValues
{
    public static void AddValue(this IHeaderDictionary headers, string name, string value) =>
        headers[name] = headers.TryGetValue(name, out var there) ? StringValues.Concat(there, value) : value;
}
