#pragma once

#include "decide/opinions/opinion_map.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The picture of a conversation's map, as far as it does not depend on who looks: drawn once when
/// groups are found, stored beside the map, and only written out by pages.
namespace moothall::decide {

struct MapPoint {
    double x = 0;
    double y = 0;
    int group = -1;
    bool visitor = false;
};

struct MapDot {
    int x = 0;
    int y = 0;
    int radius = 0;
    int group = 0; // from 1
    bool visitor = false;
};

/// In a box of 1000 by 640.
struct MapDrawing {
    static constexpr int width = 1000;
    static constexpr int height = 640;

    struct Group {
        int x = 0;
        int y = 0;
        std::string hull; // around its people, as the points of a polygon
    };
    std::vector<MapDot> dots;
    std::vector<Group> groups;

    /// From the map's units to the picture's, the same both ways; a picture counts downwards. Who
    /// came to stand outside of it since it was drawn is shown at its edge.
    int to_x(double value) const;
    int to_y(double value) const;
    double middle_x = 0;
    double middle_y = 0;
    double scale = 1;
};

MapDrawing draw_map(const std::vector<MapPoint>& points,
                    const std::vector<opinions::Point>& centres);
std::string to_text(const MapDrawing& drawing);
/// Reads what to_text wrote.
MapDrawing read_drawing(std::string_view text);

} // namespace moothall::decide
