#pragma once

// Boost.Asio as this server uses it. Its code is compiled once, in server_asio.cpp; the macro must
// stand before every include of it, which is why nobody includes Asio but through this file.
#define BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_NO_DEPRECATED

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace moothall::web {

namespace asio = boost::asio;
using boost::system::error_code;

// Bound to io_context itself: the type-erased executor that Asio takes by default costs memory in
// every socket and time in every operation.
using Socket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;

using Moment = std::chrono::steady_clock::time_point;

} // namespace moothall::web
