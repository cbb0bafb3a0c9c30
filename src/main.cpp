#include <cstdio>

int main()
{
    std::puts("moothall");
}
