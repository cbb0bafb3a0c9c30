#include "web/server_asio.hpp"

#include <boost/asio/impl/src.hpp>
