// SPDX-License-Identifier: Apache-2.0

using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Who is at the other end of a connection, in the words of the official API.</summary>
internal static class PeerName
{
    public static string Of(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "unix:",
        { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: true } mapped =>
            $"ipv4:{mapped.MapToIPv4()}:{connection.RemotePort}",
        { AddressFamily: AddressFamily.InterNetworkV6 } address => $"ipv6:[{address}]:{connection.RemotePort}",
        var address => $"ipv4:{address}:{connection.RemotePort}",
    };

    public static AuthContext Authenticate(ConnectionInfo connection)
    {
        var properties = new Dictionary<string, List<AuthProperty>>(StringComparer.Ordinal);
        if (connection.ClientCertificate is not { } certificate)
        {
            return new AuthContext(null, properties);
        }

        Add("x509_common_name", certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Add("x509_subject", certificate.Subject);
        return new AuthContext("x509_common_name", properties);

        void Add(string name, string value) =>
            properties[name] = [AuthProperty.Create(name, Encoding.UTF8.GetBytes(value))];
    }
}
