// What a decoder allocates is measured for the whole process where it uses other threads.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
